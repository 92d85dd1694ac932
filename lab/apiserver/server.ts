import { randomUUID } from "node:crypto";
import { isIPv6 } from "node:net";
import { bootstrap, publishOwnEndpoint } from "./bootstrap.ts";
import type { ApiServer, ApiServerOptions, ListenAddress, ObjectApi, Sources } from "./contract.ts";
import { allIdle, type Controller } from "./controllers/controller.ts";
import { createControllers } from "./controllers/create.ts";
import { serveCustomResources } from "./custom/definitions.ts";
import { createHandler } from "./http/create-handler.ts";
import { Listener, type MakeFront } from "./http/listener.ts";
import { createPlainFront } from "./http/plain-front.ts";
import { createSecureFront } from "./http/secure-front.ts";
import { clusterStrategies } from "./kinds/cluster/strategies.ts";
import { createStrategies } from "./kinds/strategies.ts";
import { Objects } from "./objects.ts";
import { builtinRows } from "./resources/rows.ts";
import { ResourceTable } from "./resources/table.ts";
import { createOperations } from "./rest/operations.ts";
import type { Authority } from "./security/contract.ts";
import { servingHosts } from "./security/serving-hosts.ts";
import { Journal } from "./store/journal.ts";
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
  readonly #journal: Journal | undefined;

  constructor(options: ApiServerOptions) {
    const sources: Sources = {
      now: Date.now,
      random: Math.random,
      uid: randomUUID,
      ...options.sources,
    };
    const { authority, logger } = options;
    const cidrs = options.serviceClusterIpRanges ?? defaultServiceClusterIpRanges;
    const table = new ResourceTable(builtinRows);
    const store = new Store({
      historyEvents: options.historyEvents ?? 16_384,
      initialRevision: options.initialRevision ?? 0,
    });
    this.#store = store;
    const { cluster } = options;
    const strategies = createStrategies(store, cidrs);
    if (cluster !== undefined) {
      for (const [kind, strategy] of clusterStrategies(store, cluster, sources.random))
        strategies.set(kind, strategy);
    }
    serveCustomResources(store, table, strategies);
    const operations = createOperations(store, strategies, sources, cluster !== undefined);
    this.objects = new Objects(table, operations);
    const handler = createHandler({
      table,
      operations,
      sources,
      authority,
      logger,
      bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
      expiredWatchAs: options.expiredWatchAs ?? "event",
      closing: this.#closing.signal,
      kubelet: cluster?.kubelet,
    });
    this.#listener = new Listener(frontFor(authority, cidrs), handler);
    this.#controllers = createControllers({
      store,
      table,
      objects: this.objects,
      remover: operations.remover,
      now: sources.now,
      caCertificate: authority?.caCertificate,
      cluster,
      logger,
    });
    if (options.storeFile !== undefined) {
      const { journal, content } = Journal.open(options.storeFile, store.revision);
      this.#journal = journal;
      store.restore(journal, content);
    }
    bootstrap(this.objects, cidrs[0], cidrs);
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
    this.#journal?.close();
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
