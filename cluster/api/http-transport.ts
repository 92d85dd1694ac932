import http from "node:http";
import https from "node:https";
import type { ApiTransport, RequestOptions, TransportResponse } from "./transport.ts";

/** A silent peer is probed after this; libuv gives up 10 probes of 1 s later. Watches are silent for long. */
const KEEP_ALIVE_PROBE_MS = 30_000;

/** PEM texts. */
export interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Server name to verify and to send, where it is not the URL's host. */
  readonly servername?: string | undefined;
  /** kubeconfig's insecure-skip-tls-verify. */
  readonly insecure?: boolean;
}

export interface HttpTransportOptions {
  /** http: or https:; its path is put before every request's. */
  readonly server: URL;
  /** For https: asked before each request; connections are made anew when it has changed. */
  readonly tls?: () => Promise<TlsMaterial>;
}

/** HTTP/1.1 with kept connections, plain or over TLS. */
export function createHttpTransport({ server, tls }: HttpTransportOptions): ApiTransport {
  const secure = server.protocol === "https:";
  const agents = secure ? new SecureAgents(tls ?? noMaterial) : new PlainAgent();
  const basePath = server.pathname.replace(/\/+$/, "");
  return {
    url: server.origin + basePath,
    host: server.host,
    async request(path, options) {
      const agent = await agents.current();
      const target = { host: bareHost(server), port: server.port || (secure ? 443 : 80) };
      return send({ ...target, path: basePath + path, agent }, secure, options);
    },
    close: () => agents.close(),
  };
}

function send(
  target: https.RequestOptions,
  secure: boolean,
  { headers, signal, idleTimeoutMs }: RequestOptions,
): Promise<TransportResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
  const options = { ...target, headers, signal, timeout: idleTimeoutMs };
  const request = secure ? https.get(options) : http.get(options);
  let running: { destroy(error: Error): unknown } = request;
  request.on("error", reject);
  request.on("timeout", () => {
    running.destroy(new Error(`nothing received for ${idleTimeoutMs / 1000} s`));
  });
  request.on("response", (body) => {
    running = body;
    resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
  });
  return promise;
}

interface AgentSource {
  current(): Promise<http.Agent>;
  close(): void;
}

const agentOptions = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_PROBE_MS } as const;

class PlainAgent implements AgentSource {
  readonly #agent = new http.Agent(agentOptions);

  async current(): Promise<http.Agent> {
    return this.#agent;
  }

  close(): void {
    this.#agent.destroy();
  }
}

class SecureAgents implements AgentSource {
  readonly #tls: () => Promise<TlsMaterial>;
  #agent: https.Agent | undefined;
  #fingerprint = "";

  constructor(tls: () => Promise<TlsMaterial>) {
    this.#tls = tls;
  }

  async current(): Promise<http.Agent> {
    const material = await this.#tls();
    const fingerprint = JSON.stringify(material);
    if (this.#agent !== undefined && fingerprint === this.#fingerprint) return this.#agent;
    this.#agent = new https.Agent({ ...agentOptions, ...definedOnly(material) });
    this.#fingerprint = fingerprint;
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

function definedOnly({ ca, cert, key, servername, insecure }: TlsMaterial): https.AgentOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: insecure !== true,
  };
}

/** IPv6 literals stand in brackets in a URL, not in a connect call. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

async function noMaterial(): Promise<TlsMaterial> {
  return {};
}
