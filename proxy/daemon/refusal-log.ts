import type { Clock } from "#cluster/clock.ts";
import type { RecordEvent } from "#cluster/events/contract.ts";
import { subscribeLog } from "#linux/netlink/nflog/nflog.ts";
import type { Subscription } from "#linux/netlink/subscription.ts";
import type { Logger } from "#observe/contract.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import type { PlanDelta } from "../plan/planner.ts";
import { SAMPLE_GROUP } from "../refusals/contract.ts";
import { RefusingFrontends } from "../refusals/refusing-frontends.ts";
import { RefusalReporter } from "../refusals/reporter.ts";

export interface RefusalLogParts {
  readonly nodeName: string;
  /** Between two Events about one Service and cause. */
  readonly refusalReportPeriodMs: number;
  readonly metrics: ProxyMetrics;
  readonly recordEvent: RecordEvent;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes Events of the refusals that the rules sample. Without access to them the proxy does without. */
export class RefusalLog {
  readonly #frontends: RefusingFrontends;
  readonly #stop = new AbortController();
  readonly #subscription: Subscription | undefined;

  constructor(parts: RefusalLogParts) {
    const { nodeName, refusalReportPeriodMs, metrics, recordEvent, clock, logger } = parts;
    this.#frontends = new RefusingFrontends(() => clock.nowMs());
    const { onRefusalSample: onSample } = metrics;
    const { signal } = this.#stop;
    const frontends = this.#frontends;
    const reporter = new RefusalReporter({
      frontends,
      nodeName,
      periodMs: refusalReportPeriodMs,
      recordEvent,
      clock,
      signal,
      onSample,
    });
    try {
      this.#subscription = subscribeLog(
        { group: SAMPLE_GROUP },
        // What is lost was a sample anyway.
        { onPacket: (packet) => reporter.onPacket(packet), onOverrun: () => {} },
      );
    } catch (error) {
      logger.warn(
        { err: error },
        "no Events about refused connections: their samples cannot be read",
      );
    }
  }

  planned(delta: PlanDelta): void {
    this.#frontends.apply(delta);
  }

  stop(): void {
    this.#stop.abort();
    this.#subscription?.close();
  }
}
