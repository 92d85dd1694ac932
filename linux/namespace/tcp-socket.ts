import { Socket } from "node:net";
import { SystemCallError } from "../errors.ts";
import { errno, libc } from "../ffi.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC } from "../udp/abi.ts";
import { inNamespace } from "./enter.ts";

const SOCK_STREAM = 1;

/**
 * A TCP socket of a network namespace, not yet connected: what connect() on it reaches is there.
 * @throws SystemCallError
 */
export function tcpSocketIn(namespacePath: string, family: 4 | 6): Socket {
  const domain = family === 4 ? AF_INET : AF_INET6;
  // Its errno is read in there: the way back makes system calls of its own.
  const fd = inNamespace(namespacePath, () => {
    const opened = libc().socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (opened >= 0) return opened;
    const detail = `open a TCP socket in ${namespacePath}`;
    throw new SystemCallError({ call: "socket", errno: errno(), detail });
  });
  return new Socket({ fd });
}
