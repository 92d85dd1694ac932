import type { Clock } from "#cluster/clock.ts";
import type { RecordEvent } from "#cluster/events/contract.ts";
import type { LoggedPacket } from "#linux/netlink/nflog/contract.ts";
import type { RefusalReason } from "./contract.ts";
import { RefusalJournal } from "./journal.ts";
import { noteOf } from "./note.ts";
import type { RefusingFrontends } from "./refusing-frontends.ts";
import { sampleOf } from "./sample.ts";

export interface RefusalReporterOptions {
  readonly frontends: Pick<RefusingFrontends, "at">;
  readonly nodeName: string;
  /** Between two Events about one Service and cause. */
  readonly periodMs: number;
  readonly recordEvent: RecordEvent;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Feeds fairlead_proxy_refusal_samples_total. */
  readonly onSample: (reason: RefusalReason, isAttributed: boolean) => void;
}

/** Turns sampled packets into Events on the Services that they meant. Without samples it sleeps. */
export class RefusalReporter {
  readonly #options: RefusalReporterOptions;
  readonly #journal: RefusalJournal;
  #telling: Promise<void> | undefined;

  constructor(options: RefusalReporterOptions) {
    this.#options = options;
    this.#journal = new RefusalJournal(options.periodMs);
  }

  /** For subscribeLog(). */
  onPacket(packet: Pick<LoggedPacket, "prefix" | "header">): void {
    const { frontends, clock, onSample } = this.#options;
    const sample = sampleOf(packet, clock.nowMs());
    if (sample === undefined) return;
    const port = frontends.at(sample.protocol, sample.address, sample.port);
    onSample(sample.reason, port !== undefined);
    if (port === undefined) return;
    this.#journal.add(sample, port);
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined;
    });
  }

  /** Resolves when all is told. */
  async idle(): Promise<void> {
    while (this.#telling !== undefined) await this.#telling;
  }

  async #tell(): Promise<void> {
    const { clock, signal, recordEvent, nodeName } = this.#options;
    for (;;) {
      const dueMs = this.#journal.nextDueMs;
      if (dueMs === undefined || signal.aborted) return;
      await clock.sleep(Math.max(0, dueMs - clock.nowMs()), signal);
      for (const report of this.#journal.due(clock.nowMs())) recordEvent(noteOf(report, nodeName));
    }
  }
}
