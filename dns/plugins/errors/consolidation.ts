import type { Logger } from "#observe/contract.ts";
import { formatGoDuration } from "../../corefile/go-duration.ts";

export type ReportLevel = "debug" | "info" | "warn" | "error";

/** One `consolidate` line. */
export interface ConsolidationRule {
  readonly periodMs: number;
  readonly pattern: RegExp;
  /** The pattern as it was written. */
  readonly source: string;
  readonly level: ReportLevel;
  readonly showFirst: boolean;
}

/** Counts the errors that match a pattern and reports their number once a period. */
export class Consolidation {
  readonly rule: ConsolidationRule;
  readonly #logger: Logger;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(rule: ConsolidationRule, logger: Logger) {
    this.rule = rule;
    this.#logger = logger;
  }

  /** Takes an error in. False when it should be logged on its own all the same: the first one of `show_first`. */
  swallow(): boolean {
    this.#count++;
    if (this.#count > 1) return true;
    this.#timer = setTimeout(() => this.flush(), this.rule.periodMs).unref();
    return !this.rule.showFirst;
  }

  /** Ends the period now and reports what it has counted. */
  flush(): void {
    clearTimeout(this.#timer);
    const { level, source, periodMs, showFirst } = this.rule;
    const shown = showFirst ? 1 : 0;
    if (this.#count > shown) {
      const period = formatGoDuration(periodMs);
      this.#logger[level]({}, `${this.#count} errors like '${source}' occurred in last ${period}`);
    }
    this.#count = 0;
  }
}
