import type { Logger } from "#observe/contract.ts";
import type { NeedsQuery } from "../../contract.ts";
import { isWithin } from "../zones.ts";
import { HostsFile } from "./hosts-file.ts";
import { HostsTable } from "./hosts-table.ts";
import type { HostsMetrics } from "./metrics.ts";
import type { HostsOptions } from "./options.ts";
import { seenNames } from "./seen-names.ts";

/** The entries of one directive, kept as its file is, with what the workers must leave to the plugin because of them. */
export class HostsEntries {
  readonly #options: HostsOptions;
  readonly #metrics: HostsMetrics;
  readonly #logger: Logger;
  readonly #file: HostsFile;
  readonly #inline: HostsTable;
  readonly #everything = new SharedArrayBuffer(4);
  #tables: readonly HostsTable[];
  #seen: readonly string[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: HostsOptions, metrics: HostsMetrics, logger: Logger) {
    this.#options = options;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#file = new HostsFile(options.file, options, logger);
    this.#inline = new HostsTable(options.inline, options);
    this.#tables = [this.#inline];
  }

  /** Those of the file first. */
  get tables(): readonly HostsTable[] {
    return this.#tables;
  }

  get fastPath(): NeedsQuery {
    const kind = "needs-query";
    return this.#seen === undefined
      ? { kind }
      : { kind, zones: this.#seen, everything: this.#everything };
  }

  /** Reads the file, and from then on again as often as the directive says. */
  async start(compiledZones: readonly string[]): Promise<void> {
    this.#metrics.entries.set({ hostsfile: this.#options.file }, this.#inline.entries);
    await this.#refresh(compiledZones);
    this.#seen = seenNames(this.#options, this.#tables, compiledZones);
    this.#schedule(compiledZones);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(compiledZones: readonly string[]): void {
    if (this.#options.reloadMs === 0 || this.#stopped) return;
    this.#timer = setTimeout(async () => {
      await this.#refresh(compiledZones);
      this.#schedule(compiledZones);
    }, this.#options.reloadMs).unref();
  }

  async #refresh(compiledZones: readonly string[]): Promise<void> {
    const changed = await this.#file.readIfChanged();
    if (changed === undefined) return;
    const tables = [changed.table, this.#inline];
    if (this.#seen !== undefined) this.#checkSeen(tables, this.#seen, compiledZones);
    this.#tables = tables;
    const entries = changed.table.entries + this.#inline.entries;
    this.#metrics.entries.set({ hostsfile: this.#options.file }, entries);
    this.#metrics.reloaded.set(changed.modifiedMs / 1000);
    this.#logger.debug({}, `${this.#options.file} has ${changed.table.entries} entries`);
  }

  /** The workers' plan is made once: when a name comes up that it does not leave to the plugin, it leaves everything. */
  #checkSeen(
    tables: readonly HostsTable[],
    seen: readonly string[],
    compiledZones: readonly string[],
  ): void {
    const missed = seenNames(this.#options, tables, compiledZones).find(
      (name) => !isWithin(name, seen),
    );
    if (missed === undefined) return;
    if (Atomics.exchange(new Int32Array(this.#everything), 0, 1) !== 0) return;
    this.#logger.warn(
      {},
      `${this.#options.file} now has the name ${missed} of a compiled zone: all queries take the slow path until a restart`,
    );
  }
}
