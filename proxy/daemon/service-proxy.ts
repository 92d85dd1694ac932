import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { type Clock, systemClock } from "#cluster/clock.ts";
import type { ClusterState, ProgrammedServices } from "#cluster/contract.ts";
import type { RecordEvent } from "#cluster/events/contract.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type { IpFamily } from "../contract.ts";
import { isEligible } from "../health/node.ts";
import { ServiceHealthServers } from "../health/service-servers.ts";
import { SyncHealth } from "../health/sync-health.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import { createProxyMetrics } from "../metrics/metrics.ts";
import { nodeFacts } from "../plan/node-facts.ts";
import { type PlanDelta, Planner } from "../plan/planner.ts";
import { FamilySync } from "../sync/family-sync.ts";
import type { ServiceProxySettings } from "./contract.ts";
import { Flows } from "./flows.ts";
import { addressRanges, layoutOptions } from "./layout-options.ts";
import { interfaceAddresses } from "./node-addresses.ts";
import { createObserver } from "./observer.ts";
import { ProgrammedByFamily } from "./programmed.ts";
import { Proxier } from "./proxier.ts";
import { tableReadings } from "./readings.ts";
import { RefusalLog } from "./refusal-log.ts";
import { PlanReports } from "./reports.ts";

/** Between looks at the addresses of the node's interfaces. */
const ADDRESS_POLL_MS = 5000;

export interface ServiceProxyParts {
  readonly state: ClusterState;
  readonly nft: Nftables;
  readonly registry: MetricsRegistry;
  readonly recordEvent: RecordEvent;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** The proxy of one node over a cluster state that somebody feeds. */
export class ServiceProxy {
  readonly metrics: ProxyMetrics;
  readonly health: SyncHealth;
  readonly programmed: ProgrammedServices;
  readonly #settings: ServiceProxySettings;
  readonly #parts: ServiceProxyParts;
  readonly #syncs = new Map<IpFamily, FamilySync>();
  readonly #programmed: ProgrammedByFamily;
  readonly #reports: PlanReports;
  readonly #servers: ServiceHealthServers;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #unsubscribe: () => void;
  #planner: Planner | undefined;
  #proxier: Proxier | undefined;
  #flows: Flows | undefined;
  #observer: ReturnType<typeof createObserver> | undefined;
  #refusals: RefusalLog | undefined;

  constructor(settings: ServiceProxySettings, parts: ServiceProxyParts) {
    const { families, connectionSeries, syncPeriodMs, nodeName } = settings;
    const { state, nft, registry, recordEvent, logger, clock = systemClock } = parts;
    const nowMs = () => clock.nowMs();
    this.#settings = settings;
    this.#parts = parts;
    this.health = new SyncHealth({ families, timeoutMs: 2 * syncPeriodMs, nowMs });
    const sources = tableReadings(nft, this.#syncs);
    this.metrics = createProxyMetrics({
      registry,
      families,
      sources,
      connectionSeries,
      nowMs,
      logger,
    });
    this.#programmed = new ProgrammedByFamily(
      families,
      (namespace, name) => state.services.get(namespace, name) !== undefined,
    );
    this.programmed = this.#programmed;
    this.#reports = new PlanReports({ families, metrics: this.metrics, recordEvent, logger });
    this.#servers = new ServiceHealthServers({
      addresses: [""],
      nodeName,
      isProxyHealthy: () => this.health.isHealthy,
      recordEvent,
      clock,
      logger,
    });
    this.#unsubscribe = state.onChange(({ changes }) => {
      if (changes.Node !== undefined || changes.ServiceCIDR !== undefined) this.#followRanges();
    });
  }

  /** Whether load balancers should send connections here (the node's own state). */
  get isNodeEligible(): boolean {
    return isEligible(this.#parts.state.nodes.get("", this.#settings.nodeName));
  }

  /**
   * Opens what it works on, and reads what an earlier process left in the kernel: to be called once, while the lists
   * are still to come.
   * @throws SystemCallError or NftThreadError where the kernel cannot be reached
   */
  async open(): Promise<void> {
    const { state, nft, logger, clock = systemClock } = this.#parts;
    const flows = new Flows({
      families: this.#settings.families,
      state,
      metrics: this.metrics,
      clock,
      logger,
    });
    this.#flows = flows;
    const { families, minSyncPeriodMs } = this.#settings;
    const observer = createObserver({
      ...this.#parts,
      metrics: this.metrics,
      health: this.health,
      programmed: this.#programmed,
      onSynced: (batch) => flows.synced(batch),
    });
    this.#observer = observer;
    for (const family of families) {
      const sync = new FamilySync({
        nft,
        options: layoutOptions(this.#settings, state, family),
        observer,
        logger,
        leastPeriodMs: minSyncPeriodMs,
        nowMs: () => performance.now(),
        sleep: (delayMs) => (delayMs < 1 ? turn() : sleep(delayMs)),
      });
      this.#syncs.set(family, sync);
    }
    await Promise.all(Array.from(this.#syncs.values(), (sync) => sync.readAhead()));
  }

  /**
   * Programs everything there is, and from then on what changes. Called after open(), once Services, slices, Nodes and
   * ranges have been listed; resolves when the kernel has it.
   * @throws ProxySyncError where the kernel does not let the proxy have its table
   */
  async start(): Promise<void> {
    const { state, clock = systemClock } = this.#parts;
    this.#refusals = new RefusalLog({
      ...this.#parts,
      ...this.#settings,
      metrics: this.metrics,
      clock,
    });
    const planner = this.#createPlanner();
    this.#planner = planner;
    this.#followRanges();
    this.#proxier = new Proxier({
      state,
      planner,
      syncs: this.#syncs,
      deletionDelayMs: this.#settings.deletionDelayMs,
      observer: {
        onQueued: (family, changes) => this.#observer?.onQueued(family, changes),
        onPlanned: (delta) => this.#planned(delta),
      },
    });
    await this.#proxier.start();
    const { auditPeriodMs } = this.#settings;
    this.#every(ADDRESS_POLL_MS, () => this.#proxier?.refresh());
    if (auditPeriodMs > 0) this.#every(auditPeriodMs, () => void this.audit());
  }

  /** Compares the kernel with what it should hold, and mends it. */
  async audit(): Promise<void> {
    await Promise.all(Array.from(this.#syncs.values(), (sync) => sync.audit()));
  }

  /** Ends after what is under way; rules stay, so that connections go on. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#unsubscribe();
    this.#proxier?.stop();
    await Promise.all(Array.from(this.#syncs.values(), (sync) => sync.stop()));
    this.#refusals?.stop();
    await this.#flows?.stop();
    await this.#servers.close();
  }

  #createPlanner(): Planner {
    const { nodeName, nodePorts, masqueradeAll, serviceProxyName } = this.#settings;
    const { state, clock = systemClock } = this.#parts;
    return new Planner({
      state,
      nodeName,
      options: { masqueradeAll, serviceProxyName },
      factsOf: (node) =>
        nodeFacts({
          name: nodeName,
          node,
          interfaceAddresses: interfaceAddresses(),
          selection: nodePorts,
        }),
      nowMs: () => clock.nowMs(),
    });
  }

  #planned(delta: PlanDelta): void {
    this.#reports.take(delta);
    this.#refusals?.planned(delta);
    const { 4: v4 = [], 6: v6 = [] } = this.#planner?.facts?.nodePortAddresses ?? {};
    const addresses = [...v4, ...v6];
    // Where NodePorts answer, as with kube-proxy; everywhere while nobody knows where that is.
    this.#servers.setAddresses(addresses.length > 0 ? addresses : [""]);
    const gone = delta.removed.map((plan) => ({ ...plan, healthCheck: undefined }));
    this.#servers.apply([...gone, ...delta.changed]);
  }

  #followRanges(): void {
    for (const [family, sync] of this.#syncs)
      sync.setRanges(addressRanges(this.#settings, this.#parts.state, family));
  }

  #every(periodMs: number, work: () => void): void {
    const timer = setInterval(work, periodMs);
    timer.unref();
    this.#timers.push(timer);
  }
}
