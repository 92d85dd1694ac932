import { randomUUID } from "node:crypto";
import { isIPv6 } from "node:net";
import { bootstrap, publishOwnEndpoint } from "./bootstrap.ts";
import type { ApiServer, ApiServerOptions, ListenAddress, ObjectApi, Sources } from "./contract.ts";
import { allIdle, type Controller } from "./controllers/controller.ts";
import { EndpointSliceController } from "./controllers/endpoint-slices/controller.ts";
import { EndpointsController } from "./controllers/endpoints/endpoints-controller.ts";
import { EndpointMirrorController } from "./controllers/endpoints/mirror-controller.ts";
import { NamespaceContentController } from "./controllers/namespace-content.ts";
import { NamespaceController } from "./controllers/namespaces.ts";
import { CollectionHandler } from "./http/collection-handler.ts";
import { Handler } from "./http/handler.ts";
import { Listener, type MakeFront } from "./http/listener.ts";
import { ObjectHandler } from "./http/object-handler.ts";
import { createPlainFront } from "./http/plain-front.ts";
import { createPresent } from "./http/presentation/choose.ts";
import { ResourceHandler } from "./http/resource-handler.ts";
import { ScaleHandler } from "./http/scale-handler.ts";
import { createSecureFront } from "./http/secure-front.ts";
import { TokenHandler } from "./http/token-handler.ts";
import { createStrategies } from "./kinds/strategies.ts";
import { Objects } from "./objects.ts";
import { printerFor } from "./printers/printers.ts";
import { builtinRows } from "./resources/rows.ts";
import { ResourceTable } from "./resources/table.ts";
import { Applier } from "./rest/applier.ts";
import { Reader } from "./rest/reader.ts";
import { Remover } from "./rest/remover.ts";
import { Writer } from "./rest/writer.ts";
import type { Authority } from "./security/contract.ts";
import { servingHosts } from "./security/serving-hosts.ts";
import { Store } from "./store/store.ts";

/** Room for both families; Services are IPv4 unless they ask for more. */
export const defaultServiceClusterIpRanges: readonly string[] = [
  "10.96.0.0/12",
  "fd00:10:96::/112",
];

/** Makes a server with its bootstrap objects in place; listen() opens it to clients. */
export function createApiServer(options: ApiServerOptions = {}): ApiServer {
  return new EmbeddedApiServer(options);
}

class EmbeddedApiServer implements ApiServer {
  readonly objects: ObjectApi;
  readonly #store: Store;
  readonly #listener: Listener;
  readonly #controllers: readonly Controller[];
  readonly #closing = new AbortController();

  constructor(options: ApiServerOptions) {
    const sources: Sources = {
      now: Date.now,
      random: Math.random,
      uid: randomUUID,
      ...options.sources,
    };
    const table = new ResourceTable(builtinRows);
    this.#store = new Store({
      historyEvents: options.historyEvents ?? 16_384,
      initialRevision: options.initialRevision ?? 0,
    });
    const reader = new Reader(this.#store);
    const cidrs = options.serviceClusterIpRanges ?? defaultServiceClusterIpRanges;
    const strategies = createStrategies(this.#store, cidrs);
    const writer = new Writer(this.#store, reader, strategies, sources);
    const remover = new Remover(this.#store, reader, strategies, sources.now);
    const applier = new Applier(reader, writer, sources.now);
    this.objects = new Objects(table, reader, writer, remover);
    const present = createPresent(printerFor, sources.now);
    const { authority } = options;
    const resources = new ResourceHandler({
      collections: new CollectionHandler(reader, writer, remover, present, {
        bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
        expiredWatchAs: options.expiredWatchAs ?? "event",
        random: sources.random,
        closing: this.#closing.signal,
      }),
      objects: new ObjectHandler(reader, writer, applier, remover, present),
      scales: new ScaleHandler(reader, writer),
      tokens: new TokenHandler(reader, authority, sources.now),
    });
    const handler = new Handler(table, resources, authority, options.logger);
    this.#listener = new Listener(frontFor(authority, cidrs), (exchange) =>
      handler.handle(exchange),
    );
    this.#controllers = [
      new EndpointSliceController(this.#store, this.objects, sources.now, options.logger),
      new EndpointsController(this.#store, this.objects, options.logger),
      new EndpointMirrorController(this.#store, this.objects, sources.now, options.logger),
      new NamespaceContentController(
        this.#store,
        this.objects,
        authority?.caCertificate,
        options.logger,
      ),
      new NamespaceController(this.#store, table, remover),
    ];
    bootstrap(this.objects, cidrs[0]);
  }

  get revision(): number {
    return this.#store.revision;
  }

  get url(): string {
    return this.#listener.url;
  }

  async listen(address: ListenAddress): Promise<ListenAddress> {
    const bound = await this.#listener.listen(address);
    publishOwnEndpoint(this.objects, reachable(bound.host), bound.port);
    return bound;
  }

  compact(): void {
    this.#store.compact();
  }

  settled(): Promise<void> {
    return allIdle(this.#controllers);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const controller of this.#controllers) controller.close();
    await this.#listener.close();
  }
}

function frontFor(authority: Authority | undefined, serviceCidrs: readonly string[]): MakeFront {
  if (authority === undefined) return (_host, serve) => createPlainFront(serve);
  const { caCertificate } = authority;
  return (host, serve) => {
    const serving = authority.issueServer(servingHosts(host, serviceCidrs));
    return createSecureFront({ serving, caCertificate }, serve);
  };
}

/** An address that clients on this machine can use where the server listens on all. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return isIPv6(host) && host === "::" ? "::1" : host;
}
