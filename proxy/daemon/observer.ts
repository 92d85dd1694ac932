import type { RecordEvent } from "#cluster/events/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { SyncHealth } from "../health/sync-health.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import type { BatchReport, SyncObserver } from "../sync/contract.ts";
import { refusalText } from "../sync/errors.ts";
import type { ProgrammedByFamily } from "./programmed.ts";
import type { ProxierObserver } from "./proxier.ts";

export interface ObserverParts {
  readonly metrics: ProxyMetrics;
  readonly health: SyncHealth;
  readonly programmed: ProgrammedByFamily;
  readonly recordEvent: RecordEvent;
  readonly logger: Logger;
  readonly onSynced: (batch: BatchReport) => void;
}

/** Tells metrics, health, logs and Events what happens on the way to the kernel. */
export function createObserver(
  parts: ObserverParts,
): SyncObserver & Pick<ProxierObserver, "onQueued"> {
  const { metrics, health, programmed, recordEvent, logger } = parts;
  /** Changes that are not in the kernel yet, by family. */
  const queued = new Map<number, { services: number; endpoints: number }>();
  return {
    onQueued(family, { services, endpoints }) {
      const waiting = queued.get(family) ?? { services: 0, endpoints: 0 };
      queued.set(family, {
        services: waiting.services + services,
        endpoints: waiting.endpoints + endpoints,
      });
      metrics.family(family).onQueued({ services, endpoints });
      health.queued(family);
    },
    onSynced(batch) {
      const { family, scope, durationMs, services, isLast } = batch;
      const none = { services: 0, endpoints: 0 };
      const changes = isLast ? (queued.get(family) ?? none) : none;
      if (isLast) queued.delete(family);
      metrics.family(family).onSynced({
        scope,
        durationMs,
        changes,
        triggeredMs: triggerTimes(batch),
        revision: Math.max(0, ...services.map(({ revision }) => revision)),
      });
      if (isLast) health.updated(family);
      programmed.synced(batch);
      parts.onSynced(batch);
    },
    onSyncFailed: (family) => metrics.family(family).onSyncFailed(),
    onCommit: (commit) => metrics.family(commit.family).onCommit(commit),
    onRefused(plan, refusal) {
      const { namespace, name, family, id } = plan;
      const message = `the kernel does not take port ${id}: ${refusalText(refusal)}`;
      metrics.family(family).onRefusedPort();
      logger.error({ namespace, service: name, family }, message);
      recordEvent({
        regarding: { kind: "Service", namespace, name },
        type: "Warning",
        reason: "FailedToProgram",
        message,
      });
    },
    onAudit(family, drift) {
      metrics.family(family).onAudit(drift?.elements ?? 0);
      if (drift === undefined) return;
      const { sets, elements } = drift;
      logger.warn({ family, sets, elements }, "the kernel's rules had been changed; mended");
    },
  };
}

function triggerTimes({ services }: BatchReport): readonly number[] {
  const times: number[] = [];
  for (const { ports } of services) {
    const first = ports.find(({ triggeredMs }) => triggeredMs !== undefined)?.triggeredMs;
    if (first !== undefined) times.push(first);
  }
  return times;
}
