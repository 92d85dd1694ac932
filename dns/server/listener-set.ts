/** All open listeners of the server, and how a configuration takes them over from another. */
import type { LoadedBlock } from "../contract.ts";
import type { QueryCountsCollector } from "../plugins/prometheus/contract.ts";
import { createQueryCounts } from "../plugins/prometheus/layout.ts";
import { countedPlaces, placeIndex } from "../plugins/prometheus/places.ts";
import type { Serving } from "./contract.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { FAST_PATH_PLUGINS } from "./in-place.ts";
import { type ListenerOptions, type OpenListener, openListener } from "./listeners.ts";
import { compilePlan } from "./plan-compiler.ts";
import { claimPort } from "./port-claim.ts";
import type { ReceivedQuery } from "./query-service.ts";
import { createReaderNumbers } from "./reader-numbers.ts";

/** What listeners need of a configuration. */
export interface Configured {
  readonly blocks: readonly LoadedBlock[];
  answer(query: ReceivedQuery): Promise<Uint8Array | undefined>;
}

/** New listeners are open; those of before still serve as they did. */
export interface Handover {
  /**
   * From now on every listener serves the configuration. Resolves when those it does not want are closed and no
   * thread works with what was before.
   */
  commit(): Promise<void>;
}

interface Opened {
  readonly endpoint: Endpoint;
  readonly listener: OpenListener;
}

export class ListenerSet {
  readonly #options: ListenerOptions;
  readonly #collector: QueryCountsCollector;
  readonly #readers = createReaderNumbers();
  #open = new Map<string, Opened>();

  constructor(options: ListenerOptions, collector: QueryCountsCollector) {
    this.#options = options;
    this.#collector = collector;
  }

  get listeners(): readonly OpenListener[] {
    return [...this.#open.values()].map(({ listener }) => listener);
  }

  /**
   * Opens what the configuration wants and is not open yet.
   * @throws SystemCallError for an address that cannot be bound; nothing new stays open then
   */
  async prepare(configured: Configured): Promise<Handover> {
    const wanted = this.#servings(configured);
    const added = wanted.filter(({ endpoint: { server } }) => !this.#open.has(server));
    const opened: Opened[] = [];
    try {
      for (const { endpoint } of added) await this.#claim(endpoint);
      for (const { endpoint, serving } of added) {
        const isShared = await this.#makeRoom(endpoint, wanted);
        opened.push({
          endpoint,
          listener: await openListener(endpoint, isShared, serving, this.#readers, this.#options),
        });
      }
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
    return { commit: () => this.#commit(wanted, opened) };
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open = new Map();
    await closeAll(open);
  }

  async #commit(
    wanted: readonly { readonly endpoint: Endpoint; readonly serving: Serving }[],
    opened: readonly Opened[],
  ): Promise<void> {
    const former = this.#open;
    const pending: Promise<void>[] = [];
    this.#open = new Map(opened.map((entry) => [entry.endpoint.server, entry]));
    for (const { endpoint, serving } of wanted) {
      const kept = former.get(endpoint.server);
      if (kept === undefined) continue;
      this.#open.set(endpoint.server, kept);
      pending.push(kept.listener.adopt(serving));
    }
    const gone = [...former.values()].filter(({ endpoint }) => !this.#open.has(endpoint.server));
    pending.push(closeAll(gone));
    await Promise.all(pending);
  }

  /** Whether another endpoint, wanted or open, overlaps this one; open ones are told to let it in. */
  async #makeRoom(
    endpoint: Endpoint,
    wanted: readonly { readonly endpoint: Endpoint }[],
  ): Promise<boolean> {
    const open = [...this.#open.values()].filter((other) => overlap(other.endpoint, endpoint));
    await Promise.all(open.map(({ listener }) => listener.tcp.share()));
    return open.length > 0 || wanted.some((other) => overlap(other.endpoint, endpoint));
  }

  /** UDP sockets share their ports, so that it takes a look to see another process on one. */
  async #claim(endpoint: Endpoint): Promise<void> {
    const own = [...this.#open.values()].some(({ endpoint: { port } }) => port === endpoint.port);
    if (!own && endpoint.port !== 0) await claimPort(endpoint);
  }

  #servings({ blocks, answer }: Configured): { endpoint: Endpoint; serving: Serving }[] {
    const places = countedPlaces(blocks);
    const createCounts = () => {
      const counts = createQueryCounts(places, FAST_PATH_PLUGINS);
      this.#collector.add(counts);
      return counts;
    };
    const retireCounts: Serving["retireCounts"] = (counts) => this.#collector.retire(counts);
    const endpoints = endpointsOf(blocks, (server, zone) => placeIndex(places, server, zone));
    return endpoints.map((endpoint) => ({
      endpoint,
      serving: {
        plan: compilePlan(endpoint.routes),
        createCounts,
        retireCounts,
        answer: (bytes, client, transport) =>
          answer({ bytes, client, transport, server: endpoint.server }),
      },
    }));
  }
}

const isWildcard = ({ host }: Endpoint): boolean => host === "::" || host === "0.0.0.0";

function overlap(left: Endpoint, right: Endpoint): boolean {
  if (left.port !== right.port || left.host === right.host) return false;
  return isWildcard(left) || isWildcard(right);
}

async function closeAll(opened: readonly Opened[]): Promise<void> {
  await Promise.all(opened.map(({ listener }) => listener.close()));
}
