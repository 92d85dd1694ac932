import type { Protocol } from "#cluster/contract.ts";
import type { PortPlan, ServicePlan } from "../contract.ts";
import type { RefusalCause, RefusingPort } from "./contract.ts";

interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

/** What the planner says has changed; a PlanDelta is one. */
interface PlanChanges {
  readonly changed: readonly Pick<ServicePlan, "namespace" | "name" | "ports">[];
  readonly removed: readonly ServiceKey[];
}

/**
 * The frontends that take no connections, or not everyone's. A cluster has few of them, however many Services it has.
 */
export class RefusingFrontends {
  readonly #nowMs: () => number;
  readonly #byAddress = new Map<string, RefusingPort>();
  readonly #keysByService = new Map<string, readonly string[]>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What goes on as before keeps the time when it began. */
  apply({ changed, removed }: PlanChanges): void {
    for (const service of removed) this.#replace(service, []);
    for (const plan of changed) this.#replace(plan, plan.ports.flatMap(refusals));
  }

  at(protocol: Protocol, address: string, port: number): RefusingPort | undefined {
    return this.#byAddress.get(addressKey(protocol, address, port));
  }

  get size(): number {
    return this.#byAddress.size;
  }

  #replace({ namespace, name }: ServiceKey, found: readonly Refusal[]): void {
    const serviceKey = `${namespace}/${name}`;
    const before = this.#keysByService.get(serviceKey) ?? [];
    if (before.length === 0 && found.length === 0) return;
    const sinceMs = new Map(
      before.flatMap((key) => {
        const port = this.#byAddress.get(key);
        // Another Service may have taken the address over.
        if (port?.namespace !== namespace || port.name !== name) return [];
        this.#byAddress.delete(key);
        return [[`${key} ${port.cause}`, port.sinceMs] as const];
      }),
    );
    for (const { key, port } of found) {
      if (this.#byAddress.has(key)) continue;
      const since = sinceMs.get(`${key} ${port.cause}`) ?? this.#nowMs();
      this.#byAddress.set(key, { ...port, sinceMs: since });
    }
    if (found.length === 0) this.#keysByService.delete(serviceKey);
    else
      this.#keysByService.set(
        serviceKey,
        found.map(({ key }) => key),
      );
  }
}

interface Refusal {
  readonly key: string;
  readonly port: Omit<RefusingPort, "sinceMs">;
}

/** The ClusterIP comes last: external traffic is dropped there too, rewritten by then, but what is its own goes first. */
function refusals(plan: PortPlan): readonly Refusal[] {
  const { namespace, name, portName, protocol, port, clusterIP, frontends } = plan;
  const at = (address: string, at: number, cause: RefusalCause): Refusal => ({
    key: addressKey(protocol, address, at),
    port: { namespace, name, portName, protocol, port, cause },
  });
  const internal = causeOf(plan.internal, "none-local-internal");
  const external = causeOf(plan.external, "none-local-external");
  const outside = frontends.flatMap((frontend) => {
    const cause = external ?? (frontend.sourceRanges === undefined ? undefined : "source-ranges");
    return cause === undefined ? [] : [at(frontend.address, frontend.port, cause)];
  });
  const inside = internal ?? (frontends.length > 0 ? external : undefined);
  return inside === undefined ? outside : [...outside, at(clusterIP, port, inside)];
}

function causeOf(outcome: PortPlan["internal"], ifDropped: RefusalCause): RefusalCause | undefined {
  if (outcome === "refuse") return "no-endpoints";
  return outcome === "drop" ? ifDropped : undefined;
}

function addressKey(protocol: Protocol, address: string, port: number): string {
  return `${protocol} ${address} ${port}`;
}
