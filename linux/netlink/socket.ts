import { constants } from "node:os";
import { type BackgroundCall, inBackground } from "../background.ts";
import { SystemCallError } from "../errors.ts";
import { addressOf, errno, libc, loadFunctions } from "../ffi.ts";
import type { NetworkNamespace } from "../namespace/contract.ts";
import { inNamespace, withNamespace } from "../namespace/enter.ts";
import { MSG_DONTWAIT, MSG_TRUNC, SO_RCVTIMEO, SOCK_CLOEXEC, SOL_SOCKET } from "../udp/abi.ts";
import {
  AF_NETLINK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  SO_ATTACH_FILTER,
  SO_RCVBUFFORCE,
  SO_SNDBUFFORCE,
  SOCK_FPROG_BYTES,
  SOCK_RAW,
  SOCKADDR_NL_BYTES,
  SOCKADDR_NL_PORT_ID,
  SOL_NETLINK,
} from "./abi.ts";
import { connectNetlink } from "./connection.ts";
import type { NetlinkConnection, NetlinkTransport } from "./contract.ts";
import { NetlinkFormatError } from "./errors.ts";
import { compileFilter, type MessagePattern, programLength } from "./filter.ts";

export interface NetlinkSocketOptions {
  /** NETLINK_ROUTE, NETLINK_NETFILTER. */
  readonly protocol: number;
  /** The network namespace the socket is and stays in; the calling thread's own unless given. */
  readonly namespacePath?: string;
  /** The same, held open already. */
  readonly namespace?: Pick<NetworkNamespace, "fd" | "path">;
  /** Multicast groups to join, by number. */
  readonly groups?: readonly number[];
  /** What of the groups' messages is received; all unless given. */
  readonly only?: readonly MessagePattern[];
  /** Room for what waits to be received. */
  readonly receiveBufferBytes?: number;
}

/** A connection whose socket another thread may wait for. */
export interface NetlinkSocket extends NetlinkConnection {
  readonly fd: number;
}

interface SocketCalls {
  connect(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
  send: BackgroundCall<[fd: number, bytes: Uint8Array, sizeBytes: number, flags: number], number>;
  recv(fd: number, bytes: Uint8Array, sizeBytes: number, flags: number): number;
}

const prototypes: Readonly<Record<keyof SocketCalls, string>> = {
  connect: "int connect(int, const void *, unsigned int)",
  send: "long send(int, const void *, size_t, int)",
  recv: "long recv(int, void *, size_t, int)",
};

let loaded: SocketCalls | undefined;

function calls(): SocketCalls {
  loaded ??= loadFunctions(prototypes);
  return loaded;
}

const { EAGAIN, EINTR } = constants.errno;

/** Dumps come in datagrams of at most 32 KiB, single messages can be longer. */
const receiveBytes = 128 * 1024;
/** Linux gives every socket more than that, whatever net.core.wmem_default says. */
const leastSendBufferBytes = 2048;
const defaultReceiveBufferBytes = 4 * 1024 * 1024;
/** The kernel answers before send() returns: this only keeps a fault from hanging the thread. */
const answerTimeoutSeconds = 10;

/**
 * Opens a netlink socket, if asked in another network namespace (which takes some 30 us).
 * @throws SystemCallError when the kernel gives none or the namespace cannot be entered
 */
export function openNetlink(options: NetlinkSocketOptions): NetlinkSocket {
  const detail = `open a netlink socket of protocol ${options.protocol}`;
  const open = (): number => {
    const opened = libc().socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, options.protocol);
    if (opened < 0) throw new SystemCallError({ call: "socket", errno: errno(), detail });
    return opened;
  };
  const { namespace, namespacePath } = options;
  const fd =
    namespace !== undefined
      ? withNamespace(namespace, open)
      : namespacePath !== undefined
        ? inNamespace(namespacePath, open)
        : open();
  try {
    const portId = configure(fd, options, detail);
    return { ...connectNetlink(openTransport(fd, portId)), fd };
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

/** Values of options, made once: a container's ADD opens a socket. */
const on = intBytes(1);
const usualRoom = intBytes(defaultReceiveBufferBytes);
const answerTimeout = timevalBytes(answerTimeoutSeconds);

/** Sets the options and connects to the kernel, which keeps other processes from sending here. Gives the port ID. */
function configure(fd: number, options: NetlinkSocketOptions, detail: string): number {
  const set = (level: number, name: number, value: Buffer): number =>
    libc().setsockopt(fd, level, name, value, value.length);
  const fail = (call: string): never => {
    throw new SystemCallError({ call, errno: errno(), detail });
  };
  set(SOL_NETLINK, NETLINK_EXT_ACK, on);
  set(SOL_NETLINK, NETLINK_CAP_ACK, on);
  // Filters and exact errors in dumps. Kernels before 4.20 have none of the three, and work without.
  set(SOL_NETLINK, NETLINK_GET_STRICT_CHK, on);
  const { receiveBufferBytes } = options;
  const room = receiveBufferBytes === undefined ? usualRoom : intBytes(receiveBufferBytes);
  set(SOL_SOCKET, SO_RCVBUFFORCE, room);
  set(SOL_SOCKET, SO_RCVTIMEO, answerTimeout);
  const sockaddr = Buffer.alloc(SOCKADDR_NL_BYTES);
  sockaddr.writeUInt16LE(AF_NETLINK);
  if (calls().connect(fd, sockaddr, sockaddr.length) !== 0) fail("connect");
  if (options.only !== undefined && !attachFilter(fd, compileFilter(options.only)))
    fail("setsockopt");
  for (const group of options.groups ?? [])
    if (set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, intBytes(group)) !== 0) fail("setsockopt");
  const sizeBytes = intBytes(SOCKADDR_NL_BYTES);
  if (libc().getsockname(fd, sockaddr, sizeBytes) !== 0) fail("getsockname");
  return sockaddr.readUInt32LE(SOCKADDR_NL_PORT_ID);
}

function attachFilter(fd: number, program: Buffer): boolean {
  const description = Buffer.alloc(SOCK_FPROG_BYTES);
  description.writeUInt16LE(programLength(program), 0);
  description.writeBigUInt64LE(BigInt(addressOf(program)), 8);
  return libc().setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, description, SOCK_FPROG_BYTES) === 0;
}

/** Of sockets that are closed: those of a moment would keep the collector of garbage busy. */
const spareBuffers: Buffer[] = [];
const mostSpareBuffers = 4;

function openTransport(socketFd: number, portId: number): NetlinkTransport {
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(receiveBytes);
  let fd = socketFd;
  let sendBufferBytes = leastSendBufferBytes;

  /** A datagram must fit the send buffer, with room for the kernel's bookkeeping. */
  const makeRoom = (sizeBytes: number): void => {
    if (sizeBytes <= sendBufferBytes) return;
    sendBufferBytes = Math.max(sizeBytes * 2, receiveBytes);
    libc().setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, intBytes(sendBufferBytes), 4);
  };

  return {
    portId,
    send(bytes) {
      makeRoom(bytes.length);
      for (;;) {
        if (calls().send(fd, bytes, bytes.length, 0) >= 0) return;
        const error = errno();
        if (error === EINTR) continue;
        const detail = `send ${bytes.length} bytes to the kernel over netlink`;
        throw new SystemCallError({ call: "send", errno: error, detail });
      }
    },
    async sendInBackground(bytes) {
      makeRoom(bytes.length);
      // What the kernel thinks of it is in its answer; errno is another thread's.
      await inBackground(calls().send, fd, bytes, bytes.length, 0);
    },
    receive(wait) {
      const flags = MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT);
      for (;;) {
        const lengthBytes = calls().recv(fd, buffer, receiveBytes, flags);
        if (lengthBytes > receiveBytes)
          throw new NetlinkFormatError(
            `a datagram of ${lengthBytes} bytes, where ${receiveBytes} are the most`,
          );
        if (lengthBytes >= 0) return buffer.subarray(0, lengthBytes);
        const error = errno();
        if (error === EINTR) continue;
        if (error === EAGAIN) return undefined;
        const detail = "receive from the kernel over netlink";
        throw new SystemCallError({ call: "recv", errno: error, detail });
      }
    },
    close() {
      if (fd < 0) return;
      libc().close(fd);
      fd = -1;
      if (spareBuffers.length < mostSpareBuffers) spareBuffers.push(buffer);
    },
  };
}

function intBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** struct timeval. */
function timevalBytes(seconds: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64LE(BigInt(seconds));
  return bytes;
}
