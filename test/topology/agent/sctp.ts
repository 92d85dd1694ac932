/** SCTP in its one-to-one style (RFC 6458 section 4): sockets that Node takes for those of TCP. */
import { isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { errno, loadFunctions } from "#linux/ffi.ts";
import type { AttemptRequest, ServeRequest } from "../contract.ts";

interface Sockets {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
  connect(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
  listen(fd: number, backlog: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, sizeBytes: number): number;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const IPPROTO_SCTP = 132;
const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;

const codes: Readonly<Record<number, string>> = {
  11: "ETIMEDOUT",
  111: "ECONNREFUSED",
  110: "ETIMEDOUT",
  115: "ETIMEDOUT",
};

const sockets = (): Sockets =>
  loadFunctions<Sockets>({
    socket: "int socket(int, int, int)",
    bind: "int bind(int, const void *, unsigned int)",
    connect: "int connect(int, const void *, unsigned int)",
    listen: "int listen(int, int)",
    setsockopt: "int setsockopt(int, int, int, const void *, unsigned int)",
  });

/** Blocks the agent until it is connected or its time is up. @returns the descriptor */
export function connectSctp({ address, port, timeoutMs }: AttemptRequest): number {
  const { socket, connect, setsockopt } = sockets();
  const fd = checked(socket(isIPv6(address) ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_SCTP));
  const timeval = Buffer.alloc(16);
  timeval.writeBigInt64LE(BigInt(Math.floor(timeoutMs / 1000)), 0);
  timeval.writeBigInt64LE(BigInt((timeoutMs % 1000) * 1000), 8);
  checked(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, timeval, timeval.length));
  const name = socketAddress(address, port);
  checked(connect(fd, name, name.length));
  return fd;
}

/** @returns the listening descriptor */
export function listenSctp({ address = "0.0.0.0", port }: ServeRequest): number {
  const { socket, bind, listen } = sockets();
  const fd = checked(socket(isIPv6(address) ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_SCTP));
  const name = socketAddress(address, port);
  checked(bind(fd, name, name.length));
  checked(listen(fd, 16));
  return fd;
}

/** struct sockaddr_in or sockaddr_in6. */
export function socketAddress(address: string, port: number): Buffer {
  const bytes = ipaddr.parse(address).toByteArray();
  const six = bytes.length === 16;
  const name = Buffer.alloc(six ? 28 : 16);
  name.writeUInt16LE(six ? AF_INET6 : AF_INET, 0);
  name.writeUInt16BE(port, 2);
  name.set(bytes, six ? 8 : 4);
  return name;
}

function checked(result: number): number {
  if (result >= 0) return result;
  const number = errno();
  throw Object.assign(new Error(`errno ${number}`), { code: codes[number] ?? `errno ${number}` });
}
