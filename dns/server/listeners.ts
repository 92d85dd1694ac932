/** One endpoint, open over UDP and TCP. */
import type { ThreadPriority } from "#linux/thread.ts";
import type { Listener, ReaderNumbers, Serving, ServingListener } from "./contract.ts";
import { listenDgram } from "./dgram-listener.ts";
import type { Endpoint } from "./endpoints.ts";
import { listenTcp, type TcpListener } from "./tcp-listener.ts";
import { TcpServing } from "./tcp-serving.ts";
import { listenUdp } from "./udp-listener.ts";

export type UdpTransport = "batched" | "dgram";

export interface ListenerOptions {
  readonly udpTransport: UdpTransport;
  readonly workerPriority?: ThreadPriority;
  /** Told of a worker that ended on an error. */
  readonly onFailure: (error: Error) => void;
}

export interface ServerListener {
  /** Label, for example "dns://:53". */
  readonly server: string;
  readonly udp: Listener;
  readonly tcp: Listener;
}

export class OpenListener implements ServerListener {
  readonly server: string;
  readonly udp: ServingListener;
  readonly tcp: TcpListener;
  readonly #tcpServing: TcpServing;

  constructor(server: string, udp: ServingListener, tcp: TcpListener, tcpServing: TcpServing) {
    this.server = server;
    this.udp = udp;
    this.tcp = tcp;
    this.#tcpServing = tcpServing;
  }

  /** Serves with this from the next query on. Resolves when no thread works with what was before. */
  async adopt(serving: Serving): Promise<void> {
    this.#tcpServing.adopt(serving);
    await this.udp.adopt(serving);
  }

  /** Answers what is in hand and closes. */
  async close(): Promise<void> {
    await Promise.all([this.udp.close(), this.tcp.close()]);
    this.#tcpServing.retire();
  }
}

/**
 * @param isShared another endpoint of the server has a wider or narrower address of the same port
 * @throws SystemCallError when the address cannot be bound; nothing stays open then
 */
export async function openListener(
  { server, host, port, sockets }: Endpoint,
  isShared: boolean,
  serving: Serving,
  readers: ReaderNumbers,
  { udpTransport, workerPriority, onFailure }: ListenerOptions,
): Promise<OpenListener> {
  const listen = udpTransport === "batched" ? listenUdp : listenDgram;
  const fastPath = new TcpServing(serving, readers.main);
  let tcp: TcpListener | undefined;
  try {
    // TCP first: of port 0 the kernel makes a port that is free for TCP, where connections that ended a minute ago
    // still hold many; UDP holds few.
    tcp = await listenTcp({
      host,
      port,
      isShared,
      fastPath,
      answer: (query, client) => fastPath.serving.answer(query, client, "tcp"),
    });
    const udp = await listen({
      host,
      port: tcp.port,
      sockets,
      readers,
      serving,
      onFailure,
      ...(workerPriority === undefined ? {} : { priority: workerPriority }),
    });
    return new OpenListener(server, udp, tcp, fastPath);
  } catch (error) {
    await tcp?.close();
    fastPath.retire();
    throw error;
  }
}
