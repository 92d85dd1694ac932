import { type Carrier, onFreshConnection } from "./carrier.ts";
import { dialTls, type Route } from "./dial.ts";
import { plainCarrier, secureHttp1Carrier } from "./http1.ts";
import { Http2Carrier } from "./http2.ts";
import { defaultPing, type PingTiming } from "./liveness.ts";
import type { TlsMaterial } from "./tls-material.ts";
import type { ApiTransport } from "./transport.ts";

export interface HttpTransportOptions extends Route {
  /** http: or https:; its path is put before every request's. */
  readonly server: URL;
  /** For https: asked before each request; connections are made anew when it has changed. */
  readonly tls?: () => Promise<TlsMaterial>;
  readonly ping?: PingTiming;
}

/** HTTP/2 over TLS, HTTP/1.1 where the server does not offer that, and HTTP/1.1 alone without TLS. */
export function createHttpTransport(options: HttpTransportOptions): ApiTransport {
  const { server } = options;
  const basePath = server.pathname.replace(/\/+$/, "");
  const carriers = server.protocol === "https:" ? new SecureCarriers(options) : plain(server);
  return {
    url: server.origin + basePath,
    host: server.host,
    request(path, requestOptions) {
      const send = async () => (await carriers.current()).request(basePath + path, requestOptions);
      return requestOptions.write === undefined ? onFreshConnection(send) : send();
    },
    close: () => carriers.close(),
  };
}

function plain(server: URL): Pick<SecureCarriers, "current" | "close"> {
  const carrier = plainCarrier(server);
  return { current: async () => carrier, close: () => carrier.close() };
}

/** What carries requests now; another one as soon as it has ended or the TLS material has changed. */
class SecureCarriers {
  readonly #options: HttpTransportOptions;
  readonly #closing = new AbortController();
  #carrier: Promise<Carrier> | undefined;
  #fingerprint = "";

  constructor(options: HttpTransportOptions) {
    this.#options = options;
  }

  async current(): Promise<Carrier> {
    const material = (await this.#options.tls?.()) ?? {};
    const fingerprint = JSON.stringify(material);
    const known = this.#carrier;
    if (known !== undefined) {
      const carrier = await known.catch(() => undefined);
      // Whoever asked at the same time may have replaced it meanwhile.
      if (this.#carrier !== known) return this.current();
      if (carrier?.isUsable && fingerprint === this.#fingerprint) return carrier;
      carrier?.retire();
    }
    this.#fingerprint = fingerprint;
    this.#carrier = this.#open(material);
    return this.#carrier;
  }

  close(): void {
    this.#closing.abort();
    this.#carrier?.then(
      (carrier) => carrier.close(),
      () => undefined,
    );
  }

  async #open(material: TlsMaterial): Promise<Carrier> {
    const { server, ping = defaultPing } = this.#options;
    const dial = (...protocols: readonly string[]) =>
      dialTls(this.#options, material, protocols, this.#closing.signal);
    const socket = await dial("h2", "http/1.1");
    if (socket.alpnProtocol === "h2") return new Http2Carrier(server, socket, ping);
    return secureHttp1Carrier(server, socket, () => dial("http/1.1"));
  }
}
