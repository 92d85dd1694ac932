import { SystemCallError } from "../errors.ts";
import { errno, libc, loadFunctions } from "../ffi.ts";
import { type PinnedMemory, pin, unpin } from "../memory.ts";
import { AF_INET, AF_INET6, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM } from "./abi.ts";
import { encodeSockaddr, familyOf } from "./sockaddr.ts";

/** A datagram that came in: the bytes are valid during the call only. */
type ReceivedDatagram = (socket: number, bytes: Buffer, lengthBytes: number) => void;

/**
 * UDP sockets connected to one server, each with a source port of its own, for a client that polls: no call blocks,
 * and none allocates.
 */
export interface DatagramClients {
  readonly count: number;
  /** Sends a part of the memory; false when the kernel did not take it. */
  send(socket: number, from: PinnedMemory, offset: number, lengthBytes: number): boolean;
  /** Hands over every datagram that waits on any socket. Returns how many. */
  receive(onDatagram: ReceivedDatagram): number;
  close(): void;
}

interface ClientCalls {
  connect(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
  send(fd: number, address: number, sizeBytes: number, flags: number): number;
  recv(fd: number, address: number, sizeBytes: number, flags: number): number;
  poll(address: number, count: number, timeoutMs: number): number;
}

const prototypes: Readonly<Record<keyof ClientCalls, string>> = {
  connect: "int connect(int, const void *, unsigned int)",
  send: "long send(int, uintptr_t, size_t, int)",
  recv: "long recv(int, uintptr_t, size_t, int)",
  poll: "int poll(uintptr_t, unsigned long, int)",
};

/** struct pollfd: the descriptor (int), events and revents (short each). See poll(2). */
const POLLFD_BYTES = 8;
const POLLIN = 1;

const receiveBytes = 65_536;

let loaded: ClientCalls | undefined;

function clientCalls(): ClientCalls {
  loaded ??= loadFunctions(prototypes);
  return loaded;
}

function openConnected(remote: { readonly address: string; readonly port: number }): number {
  const family = familyOf(remote.address) === 4 ? AF_INET : AF_INET6;
  const detail = `reach ${remote.address}:${remote.port} over UDP`;
  const fd = libc().socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SystemCallError({ call: "socket", errno: errno(), detail });
  const sockaddr = encodeSockaddr(remote);
  if (clientCalls().connect(fd, sockaddr, sockaddr.length) === 0) return fd;
  const failure = new SystemCallError({ call: "connect", errno: errno(), detail });
  libc().close(fd);
  throw failure;
}

/**
 * Opens `count` sockets to the remote address.
 * @throws SystemCallError when the kernel gives none, for example EMFILE
 */
export function openDatagramClients(
  remote: { readonly address: string; readonly port: number },
  count: number,
): DatagramClients {
  const fds: number[] = [];
  const polled = pin(count * POLLFD_BYTES);
  const buffer = pin(receiveBytes);
  const close = (): void => {
    for (const fd of fds.splice(0)) libc().close(fd);
    unpin(polled);
    unpin(buffer);
  };
  try {
    while (fds.length < count) fds.push(openConnected(remote));
  } catch (error) {
    close();
    throw error;
  }
  const words = new Int16Array(polled.bytes.buffer, polled.bytes.byteOffset, count * 4);
  for (const [index, fd] of fds.entries()) {
    polled.bytes.writeInt32LE(fd, index * POLLFD_BYTES);
    words[index * 4 + 2] = POLLIN;
  }
  const calls = clientCalls();

  const drain = (socket: number, fd: number, onDatagram: ReceivedDatagram): number => {
    let received = 0;
    for (;;) {
      const length = calls.recv(fd, buffer.address, receiveBytes, MSG_DONTWAIT);
      // Empty, or an ICMP error that the next datagram is not worse for.
      if (length < 0) return received;
      onDatagram(socket, buffer.bytes, length);
      received += 1;
    }
  };

  return {
    count,
    send: (socket, from, offset, lengthBytes) =>
      calls.send(fds[socket] ?? -1, from.address + offset, lengthBytes, MSG_DONTWAIT) ===
      lengthBytes,
    receive: (onDatagram) => {
      let received = 0;
      if (calls.poll(polled.address, count, 0) <= 0) return 0;
      for (let socket = 0; socket < count; socket += 1) {
        // revents; an error wakes the socket as data does, and recv takes it away.
        if (words[socket * 4 + 3] === 0) continue;
        received += drain(socket, fds[socket] ?? -1, onDatagram);
      }
      return received;
    },
    close,
  };
}
