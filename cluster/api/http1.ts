import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Carrier, StaleConnectionError } from "./carrier.ts";
import { KEEP_ALIVE_PROBE_MS } from "./dial.ts";
import { bareHost } from "./host.ts";
import type { RequestOptions, TransportResponse } from "./transport.ts";

const agentOptions = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_PROBE_MS } as const;

/** HTTP/1.1 without TLS, with kept connections. */
export function plainCarrier(server: URL): Carrier {
  return new Http1Carrier(server, http, new http.Agent(agentOptions));
}

/** HTTP/1.1 over TLS connections that `dial` makes; `first` is one that is open already. */
export function secureHttp1Carrier(
  server: URL,
  first: TLSSocket,
  dial: () => Promise<TLSSocket>,
): Carrier {
  return new Http1Carrier(server, https, new DialingAgent(first, dial));
}

class Http1Carrier implements Carrier {
  readonly isUsable = true;
  readonly #server: URL;
  readonly #scheme: Pick<typeof https, "request">;
  readonly #agent: http.Agent;

  constructor(server: URL, scheme: Pick<typeof https, "request">, agent: http.Agent) {
    this.#server = server;
    this.#scheme = scheme;
    this.#agent = agent;
  }

  request(
    path: string,
    { headers, signal, idleTimeoutMs, write }: RequestOptions,
  ): Promise<TransportResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
    const request = this.#scheme.request({
      method: write?.method ?? "GET",
      host: bareHost(this.#server),
      port: this.#server.port || (this.#scheme === https ? 443 : 80),
      path,
      agent: this.#agent,
      headers,
      signal,
      timeout: idleTimeoutMs,
    });
    let running: { destroy(error: Error): unknown } = request;
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === "ECONNRESET";
      reject(isStale ? new StaleConnectionError(error) : error);
    });
    request.on("timeout", () => {
      running.destroy(new Error(`nothing received for ${idleTimeoutMs / 1000} s`));
    });
    request.on("response", (body) => {
      running = body;
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
    });
    request.end(write?.body);
    return promise;
  }

  /** Idle connections end; those in use are not kept behind their request. */
  retire(): void {
    this.#agent.maxFreeSockets = 0;
    for (const socket of Object.values(this.#agent.freeSockets).flat()) socket?.destroy();
  }

  close(): void {
    this.#agent.destroy();
  }
}

class DialingAgent extends https.Agent {
  #first: TLSSocket | undefined;
  readonly #dial: () => Promise<TLSSocket>;

  constructor(first: TLSSocket, dial: () => Promise<TLSSocket>) {
    super(agentOptions);
    this.#first = first;
    this.#dial = dial;
  }

  /** Node calls it with a callback; the type leaves that open for agents that return a socket at once. */
  override createConnection(
    _options: unknown,
    callback: (error: Error | null, socket: Duplex) => void = () => undefined,
  ): undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined && !first.destroyed) {
      process.nextTick(callback, null, first);
      return;
    }
    this.#dial().then(
      (socket) => callback(null, socket),
      // Node's own agents pass nothing beside an error, whatever the type says.
      (error: Error) => callback(error, undefined as unknown as Duplex),
    );
  }
}
