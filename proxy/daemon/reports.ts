import type { RecordEvent } from "#cluster/events/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { IpFamily, ServicePlan } from "../contract.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import type { PlanDelta } from "../plan/planner.ts";

export interface ReportParts {
  readonly families: readonly IpFamily[];
  readonly metrics: ProxyMetrics;
  readonly recordEvent: RecordEvent;
  readonly logger: Logger;
}

interface NoLocal {
  internal: number;
  external: number;
}

/** Tells what plans pass over, each thing once as long as it lasts, and counts ports without local endpoints. */
export class PlanReports {
  readonly #parts: ReportParts;
  readonly #told = new Map<string, ReadonlySet<string>>();
  readonly #noLocal = new Map<string, ReadonlyMap<IpFamily, NoLocal>>();
  readonly #totals: ReadonlyMap<IpFamily, NoLocal>;

  constructor(parts: ReportParts) {
    this.#parts = parts;
    this.#totals = new Map(parts.families.map((family) => [family, { internal: 0, external: 0 }]));
  }

  take({ changed, removed }: PlanDelta): void {
    for (const { namespace, name } of removed) {
      this.#told.delete(`${namespace}/${name}`);
      this.#count(`${namespace}/${name}`, undefined);
    }
    for (const plan of changed) {
      this.#tell(plan);
      this.#count(`${plan.namespace}/${plan.name}`, plan);
    }
    for (const [family, counts] of this.#totals)
      this.#parts.metrics.family(family).setNoLocalEndpoints(counts);
  }

  #tell(plan: ServicePlan): void {
    const { metrics, logger, recordEvent } = this.#parts;
    const { namespace, name, warnings } = plan;
    const key = `${namespace}/${name}`;
    const before = this.#told.get(key);
    for (const { reason, message } of warnings) {
      if (before?.has(message)) continue;
      metrics.onWarning(reason);
      logger.warn({ namespace, service: name, reason }, message);
      // Others see an address answered by someone else: that is worth an Event where its owner looks.
      if (reason === "address-conflict")
        recordEvent({
          regarding: { kind: "Service", namespace, name },
          type: "Warning",
          reason: "AddressConflict",
          message,
        });
    }
    if (warnings.length === 0) this.#told.delete(key);
    else this.#told.set(key, new Set(warnings.map(({ message }) => message)));
  }

  #count(key: string, plan: ServicePlan | undefined): void {
    for (const [family, counts] of this.#noLocal.get(key) ?? []) this.#add(family, counts, -1);
    const now = plan === undefined ? new Map() : noLocalPorts(plan);
    for (const [family, counts] of now) this.#add(family, counts, 1);
    if (now.size === 0) this.#noLocal.delete(key);
    else this.#noLocal.set(key, now);
  }

  #add(family: IpFamily, { internal, external }: NoLocal, sign: 1 | -1): void {
    const total = this.#totals.get(family);
    if (total === undefined) return;
    total.internal += sign * internal;
    total.external += sign * external;
  }
}

function noLocalPorts(plan: ServicePlan): ReadonlyMap<IpFamily, NoLocal> {
  const counts = new Map<IpFamily, NoLocal>();
  for (const { family, internal, external } of plan.ports) {
    if (internal !== "drop" && external !== "drop") continue;
    const count = counts.get(family) ?? { internal: 0, external: 0 };
    count.internal += internal === "drop" ? 1 : 0;
    count.external += external === "drop" ? 1 : 0;
    counts.set(family, count);
  }
  return counts;
}
