import type { Clock } from "#cluster/clock.ts";
import type { Logger } from "#observe/contract.ts";
import type { IpFamily } from "../contract.ts";
import type {
  Flow,
  FlowTable,
  FlowTarget,
  SocketAddress,
  UdpPort,
  UdpService,
} from "./contract.ts";
import { mayBeStale, staleFlows, withdrawn } from "./stale-flows.ts";

const RETRY_MS = 5000;
/** Reading the table takes at most this part of the time, however fast Services change. */
const REST_PER_RUN = 19;

export interface FlowCleanerOptions<F extends Flow> {
  readonly family: IpFamily;
  readonly table: FlowTable<F>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Feeds the conntrack_reconciler metrics. */
  readonly onCleaned: (clean: { readonly durationMs: number; readonly deleted: number }) => void;
}

/**
 * Deletes stale UDP flows of one family. It is told of Services once their rules are in the kernel: a flow deleted
 * before that would come back as it was. Changes that come while the table is read share the next reading.
 */
export class FlowCleaner<F extends Flow> {
  readonly #options: FlowCleanerOptions<F>;
  /** UDP ports by Service, as last told. */
  readonly #known = new Map<string, readonly UdpPort[]>();
  readonly #changed = new Set<string>();
  readonly #withdrawn = new Map<string, SocketAddress>();
  #running: Promise<void> | undefined;

  constructor(options: FlowCleanerOptions<F>) {
    this.#options = options;
  }

  /** The first time with all Services: what a former process left undone is found then. */
  synced(services: readonly UdpService[]): void {
    for (const service of services) this.#note(service);
    if (!this.#hasWork) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  get #hasWork(): boolean {
    return this.#changed.size > 0 || this.#withdrawn.size > 0;
  }

  #note(service: UdpService): void {
    const key = `${service.namespace}/${service.name}`;
    const before = this.#known.get(key) ?? [];
    if (before.length === 0 && service.ports.length === 0) return;
    this.#withdraw(withdrawn(before, service.ports));
    if (mayBeStale(before, service)) this.#changed.add(key);
    if (service.ports.length > 0) this.#known.set(key, service.ports);
    else this.#known.delete(key);
  }

  async #run(): Promise<void> {
    const { clock, signal, logger, family } = this.#options;
    let isFailing = false;
    while (this.#hasWork && !signal.aborted) {
      const startedMs = clock.nowMs();
      const targets = this.#take();
      try {
        await this.#clean(targets, startedMs);
        isFailing = false;
        await clock.sleep((clock.nowMs() - startedMs) * REST_PER_RUN, signal);
      } catch (error) {
        this.#putBack(targets);
        const cause = error instanceof Error ? error.message : String(error);
        if (!isFailing)
          logger.warn({ family }, `stale UDP flows not deleted, trying again: ${cause}`);
        isFailing = true;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #clean({ keys, gone }: Work, startedMs: number): Promise<void> {
    const { family, table, clock, logger, onCleaned } = this.#options;
    const targets: FlowTarget[] = [{ frontends: gone, backends: "withdrawn" }];
    for (const key of keys) targets.push(...(this.#known.get(key) ?? []));
    let deleted = 0;
    for (const flow of staleFlows(await table.udpFlows(family), targets))
      if (await table.delete(flow)) deleted++;
    onCleaned({ durationMs: clock.nowMs() - startedMs, deleted });
    if (deleted > 0) logger.debug({ family, deleted }, "stale UDP flows deleted");
  }

  #take(): Work {
    const work = { keys: [...this.#changed], gone: [...this.#withdrawn.values()] };
    this.#changed.clear();
    this.#withdrawn.clear();
    return work;
  }

  #putBack({ keys, gone }: Work): void {
    for (const key of keys) this.#changed.add(key);
    this.#withdraw(gone);
  }

  #withdraw(frontends: readonly SocketAddress[]): void {
    for (const it of frontends) this.#withdrawn.set(`${it.address} ${it.port}`, it);
  }
}

interface Work {
  /** Services to look at, as they are by then. */
  readonly keys: readonly string[];
  readonly gone: readonly SocketAddress[];
}
