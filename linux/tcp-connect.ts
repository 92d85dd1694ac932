import { SystemCallError } from "./errors.ts";
import { errno, libc, loadFunctions } from "./ffi.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOL_SOCKET } from "./udp/abi.ts";
import { encodeSockaddr, familyOf } from "./udp/sockaddr.ts";

const SOCK_STREAM = 1;
const SO_LINGER = 13;
const SO_SNDTIMEO = 21;

/** struct linger: on, for 0 seconds. close(2) then sends RST, and no port waits in TIME_WAIT. */
const abortively = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
/** struct timeval: one second, which also bounds connect(2). */
const oneSecond = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

interface ConnectFunctions {
  connect(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
}

let functions: ConnectFunctions | undefined;

/**
 * How to connect to an address again and again, each time holding the thread, so that no event loop is in the figure.
 * @returns a call that gives the microseconds of connect(2), or undefined where it failed, after a second at most
 * @throws FairleadError FL-L004 when the address is no IP address
 */
export function tcpConnector(address: string, port: number): () => number | undefined {
  functions ??= loadFunctions<ConnectFunctions>({
    connect: "int connect(int, const void *, unsigned int)",
  });
  const { connect } = functions;
  const { socket, setsockopt, close } = libc();
  const domain = familyOf(address) === 4 ? AF_INET : AF_INET6;
  const sockaddr = encodeSockaddr({ address, port });
  return () => {
    const fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw new SystemCallError({ call: "socket", errno: errno(), detail: "connect" });
    setsockopt(fd, SOL_SOCKET, SO_LINGER, abortively, abortively.length);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, oneSecond, oneSecond.length);
    const startMs = performance.now();
    const result = connect(fd, sockaddr, sockaddr.length);
    const tookUs = (performance.now() - startMs) * 1000;
    close(fd);
    return result === 0 ? tookUs : undefined;
  };
}
