import { constants } from "node:os";
import type {
  BatchedSocket,
  DatagramAddress,
  DatagramSocketOptions,
  SocketHandle,
} from "../contract.ts";
import { SystemCallError } from "../errors.ts";
import { errno, libc } from "../ffi.ts";
import {
  AF_INET,
  AF_INET6,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  SHUT_RD,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCKADDR_IN6_BYTES,
  SOL_SOCKET,
} from "./abi.ts";
import { sendTo } from "./send.ts";
import { decodeSockaddr, encodeSockaddr, familyOf, formatListener } from "./sockaddr.ts";

/**
 * How long a read may block (SO_RCVTIMEO). A thread that blocks for ever would make process.exit(),
 * worker.terminate() and the end after an uncaught error hang for ever, too.
 */
const READ_TIMEOUT_MS = 500;

/**
 * Binds a UDP socket for serveBatches(). On a wildcard address replies leave from the address that was asked, and
 * `::` takes IPv4 as well.
 * @throws SystemCallError when the address is taken (FL-L002), is not this machine's, or is of a family that the
 * machine does not have; there is no falling back to another address
 */
export function openBatchedSocket(options: DatagramSocketOptions): BatchedSocket {
  const family = familyOf(options.address);
  const wildcard = isWildcard(options.address, family);
  const detail = `listen on ${formatListener(options)} over UDP`;
  const fd = check(
    libc().socket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0),
    "socket",
    detail,
  );
  try {
    for (const { level, name, value } of optionsFor(options, family, wildcard))
      check(libc().setsockopt(fd, level, name, value, value.length), "setsockopt", detail);
    const sockaddr = encodeSockaddr(options, family);
    check(libc().bind(fd, sockaddr, sockaddr.length), "bind", detail);
    return new BoundSocket({ fd, family, reportsDestination: wildcard }, localAddress(fd, detail));
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

class BoundSocket implements BatchedSocket {
  readonly handle: SocketHandle;
  readonly local: DatagramAddress;
  #open = true;

  constructor(handle: SocketHandle, local: DatagramAddress) {
    this.handle = handle;
    this.local = local;
  }

  send(origin: Uint8Array, payload: Uint8Array): boolean {
    return this.#open && sendTo(this.handle.fd, origin, payload);
  }

  interrupt(): void {
    if (!this.#open || libc().shutdown(this.handle.fd, SHUT_RD) === 0) return;
    const error = errno();
    // An unconnected socket says so, and wakes its reader all the same.
    if (error === constants.errno.ENOTCONN) return;
    throw new SystemCallError({ call: "shutdown", errno: error, detail: "wake a socket's reader" });
  }

  close(): void {
    if (this.#open) libc().close(this.handle.fd);
    this.#open = false;
  }
}

interface SocketOption {
  readonly level: number;
  readonly name: number;
  readonly value: Buffer;
}

function optionsFor(
  { reusePort, bufferBytes }: DatagramSocketOptions,
  family: 4 | 6,
  wildcard: boolean,
): SocketOption[] {
  const options: SocketOption[] = [{ level: SOL_SOCKET, name: SO_RCVTIMEO, value: timeval() }];
  const set = (level: number, name: number, value: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    options.push({ level, name, value: bytes });
  };
  if (reusePort) set(SOL_SOCKET, SO_REUSEPORT, 1);
  if (bufferBytes !== undefined) {
    set(SOL_SOCKET, SO_RCVBUF, bufferBytes);
    set(SOL_SOCKET, SO_SNDBUF, bufferBytes);
  }
  if (family === 6) set(IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (wildcard && family === 4) set(IPPROTO_IP, IP_PKTINFO, 1);
  if (wildcard && family === 6) set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  return options;
}

/** READ_TIMEOUT_MS as a struct timeval: seconds and microseconds of 64 bits each. */
function timeval(): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64LE(BigInt(Math.floor(READ_TIMEOUT_MS / 1000)), 0);
  bytes.writeBigInt64LE(BigInt((READ_TIMEOUT_MS % 1000) * 1000), 8);
  return bytes;
}

function isWildcard(address: string, family: 4 | 6): boolean {
  // An IPv6 address has many spellings; the port is of no account here.
  return encodeSockaddr({ address, port: 0 }, family)
    .subarray(4)
    .every((byte) => byte === 0);
}

function localAddress(fd: number, detail: string): DatagramAddress {
  const sockaddr = Buffer.alloc(SOCKADDR_IN6_BYTES);
  const sizeBytes = Buffer.alloc(4);
  sizeBytes.writeUInt32LE(SOCKADDR_IN6_BYTES);
  check(libc().getsockname(fd, sockaddr, sizeBytes), "getsockname", detail);
  return decodeSockaddr(sockaddr);
}

function check(result: number, call: string, detail: string): number {
  if (result < 0) throw new SystemCallError({ call, errno: errno(), detail });
  return result;
}
