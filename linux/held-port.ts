import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { SystemCallError } from "./errors.ts";
import { errno, libc } from "./ffi.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOL_SOCKET } from "./udp/abi.ts";
import { encodeSockaddr, familyOf } from "./udp/sockaddr.ts";

const SOCK_STREAM = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const on = Buffer.from([1, 0, 0, 0]);

/**
 * Whether somebody in the thread's network namespace waits on the port for others to come, at that address or at one
 * that it stands for: found by trying to have it too, without listening.
 * @throws SystemCallError for what is no answer: no such family, no right to the port
 */
export function isPortHeld(protocol: "tcp" | "udp", address: string, port: number): boolean {
  return !isToBeHad(protocol, address, port) && isWaitedOn(protocol, port);
}

function isToBeHad(protocol: "tcp" | "udp", address: string, port: number): boolean {
  const detail = `try ${protocol} port ${port} of ${address}`;
  const isIPv6 = familyOf(address) === 6;
  const type = protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM;
  const fd = libc().socket(isIPv6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SystemCallError({ call: "socket", errno: errno(), detail });
  try {
    if (isIPv6) libc().setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, on, on.length);
    // Of UDP it would share the port with others that say so.
    if (protocol === "tcp") libc().setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, on.length);
    const sockaddr = encodeSockaddr({ address, port });
    if (libc().bind(fd, sockaddr, sockaddr.length) === 0) return true;
    const reason = errno();
    if (reason === constants.errno.EADDRINUSE) return false;
    // Of an address that the node does not have there is no port to be held.
    if (reason === constants.errno.EADDRNOTAVAIL) return true;
    throw new SystemCallError({ call: "bind", errno: reason, detail });
  } finally {
    libc().close(fd);
  }
}

/** TCP_LISTEN, and TCP_CLOSE, which a UDP socket has that is connected to nobody. */
const waiting = { tcp: "0A", udp: "07" } as const;

/** One who merely speaks to others from the port does not count; it is looked for only where the port was not to be had. */
function isWaitedOn(protocol: "tcp" | "udp", port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return [protocol, `${protocol}6`].some((table) =>
    readTable(table).some((line) => {
      const [, own = "", , state] = line.trim().split(/\s+/);
      return own.endsWith(local) && state === waiting[protocol];
    }),
  );
}

/** Empty where the machine lacks the family. */
function readTable(name: string): readonly string[] {
  try {
    return readFileSync(`/proc/thread-self/net/${name}`, "latin1").split("\n");
  } catch {
    return [];
  }
}
