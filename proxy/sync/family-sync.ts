import { isDeepStrictEqual } from "node:util";
import type { Nftables } from "#linux/nft/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { PortPlan } from "../contract.ts";
import type { LayoutOptions } from "../layout/contract.ts";
import type { BatchReport, ServiceUpdate, SyncObserver } from "./contract.ts";
import { ProxySyncError } from "./errors.ts";
import { readTable, type TableReading } from "./kernel-table.ts";
import { auditTable, loadTable } from "./load.ts";
import { PendingServices } from "./pending.ts";
import { TableModel } from "./table-model.ts";
import { CommitWindow } from "./window.ts";
import { type RefusedPort, TableWriter } from "./writer.ts";

/** Ports in one transaction: what bounds how long the kernel's lock is held on a cold load. */
const BATCH_PORTS = 1000;

/** Pause after a failure that is nobody's element. */
const RETRY_MS = 1000;

export interface FamilySyncSettings {
  readonly nft: Nftables;
  readonly options: LayoutOptions;
  readonly observer: SyncObserver;
  readonly logger: Logger;
  /** Between two commits, where one is asked for. */
  readonly leastPeriodMs?: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly sleep: (delayMs: number) => Promise<void>;
}

/**
 * Keeps one family's table equal to the last updates. One thing at a time is done at the kernel; updates that come
 * meanwhile are gathered.
 */
export class FamilySync {
  readonly #settings: FamilySyncSettings;
  readonly #model: TableModel;
  readonly #writer: TableWriter;
  readonly #pending = new PendingServices();
  readonly #window: CommitWindow;
  /** Ports that the kernel refused, which the next audit tries again. */
  readonly #refused = new Map<string, PortPlan | undefined>();
  #started = false;
  #early: TableReading | undefined;
  #auditWanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(settings: FamilySyncSettings) {
    this.#settings = settings;
    this.#window = new CommitWindow(settings.leastPeriodMs);
    this.#model = new TableModel(settings.options);
    this.#writer = new TableWriter(settings.nft, this.#model, settings.observer, settings.nowMs);
  }

  get model(): TableModel {
    return this.#model;
  }

  /**
   * Reads the table that an earlier process left. Called while the cluster's objects are still to come, it leaves
   * start() with little to do but compare.
   */
  async readAhead(): Promise<void> {
    this.#early = await readTable(this.#settings.nft, this.#model);
  }

  /** Before start() updates only gather. */
  submit(updates: Iterable<ServiceUpdate>): void {
    for (const update of updates) this.#pending.add(update);
    this.#wake();
  }

  /**
   * Takes over the table that is there, or makes it, with all Services that were submitted until now. Nothing may be
   * programmed before all are known, or the table would lack those that come later.
   */
  async start(): Promise<void> {
    const { services, changes } = this.#pending.take(Number.POSITIVE_INFINITY);
    const plans = [...changes.values()].filter((plan) => plan !== undefined);
    await this.#exclusively(async () => {
      const startMs = this.#settings.nowMs();
      const early = this.#early;
      this.#early = undefined;
      const sources = { plans, early };
      this.#leaveOut(await loadTable(this.#settings, this.#model, this.#writer, sources));
      this.#synced("full", startMs, services);
    });
    this.#started = true;
    this.#wake();
  }

  /** Takes over other ranges of addresses: of ClusterIPs, of the node's pods. */
  setRanges(ranges: Pick<LayoutOptions, "serviceCidrs" | "localTraffic">): void {
    const { serviceCidrs, localTraffic } = this.#model.options;
    if (isDeepStrictEqual(ranges, { serviceCidrs, localTraffic })) return;
    this.#model.setRanges(ranges);
    // What start() is about to load follows the model.
    if (!this.#started && this.#running === undefined) return;
    this.#auditWanted = true;
    this.#wake();
  }

  /** Compares the kernel's table with what it should hold, and mends it. */
  async audit(): Promise<void> {
    this.#auditWanted = true;
    this.#wake();
    await this.settled();
  }

  /** Resolves when all that was submitted until now has been committed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.settled();
  }

  #wake(): void {
    if (!this.#started || this.#stopped || this.#running !== undefined) return;
    void this.#exclusively(() => this.#work());
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    const running = work();
    this.#running = running
      .catch(() => {})
      .finally(() => {
        this.#running = undefined;
        if (this.#pending.size > 0 || this.#auditWanted) this.#wake();
      });
    await running;
  }

  async #work(): Promise<void> {
    const { sleep, nowMs } = this.#settings;
    while (!this.#stopped && (this.#pending.size > 0 || this.#auditWanted)) {
      try {
        if (this.#auditWanted) await this.#audit();
        if (this.#pending.size === 0) continue;
        // At least one turn of the event loop, so that the updates of one watch event go together.
        await sleep(this.#window.delayMs(nowMs()));
        const startMs = nowMs();
        this.#synced("partial", startMs, await this.#commitBatch());
        this.#window.committed(startMs, nowMs());
      } catch (error) {
        this.#settings.observer.onSyncFailed(this.#settings.options.family);
        this.#settings.logger.error({ err: error }, "the table is not as it should be: retrying");
        await sleep(RETRY_MS);
        this.#auditWanted = true;
      }
    }
  }

  async #commitBatch(): Promise<readonly ServiceUpdate[]> {
    const { services, changes } = this.#pending.take(BATCH_PORTS);
    for (const id of changes.keys()) this.#refused.delete(id);
    const { refused, unknown } = await this.#writer.write(changes);
    if (unknown || refused.length > 0) {
      const again = unknown ? changes : new Map(refused.map(({ id, plan }) => [id, plan] as const));
      for (const [id, plan] of again) this.#refused.set(id, plan);
      // The kernel may not hold what the model thinks: it is read and mended before these are tried once more.
      await this.#audit();
    }
    return services;
  }

  #synced(scope: BatchReport["scope"], startMs: number, services: readonly ServiceUpdate[]): void {
    const { observer, options, nowMs } = this.#settings;
    observer.onSynced({
      family: options.family,
      scope,
      durationMs: nowMs() - startMs,
      services,
      isLast: this.#pending.size === 0,
    });
  }

  async #audit(): Promise<void> {
    // Whoever wants one while this one runs wants another.
    this.#auditWanted = false;
    await auditTable(this.#settings, this.#model, this.#writer);
    if (this.#refused.size === 0) return;
    const again = new Map(this.#refused);
    const { refused, unknown } = await this.#writer.write(again);
    if (unknown) throw new ProxySyncError("the writer ended twice", this.#model.table);
    this.#refused.clear();
    this.#leaveOut(refused);
  }

  #leaveOut(refused: readonly RefusedPort[]): void {
    for (const { id, plan, refusal } of refused) {
      this.#refused.set(id, plan);
      if (plan !== undefined) this.#settings.observer.onRefused(plan, refusal);
    }
  }
}
