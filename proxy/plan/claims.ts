/**
 * Which Service answers at an address, protocol and port that several ask for: the older one, by creation and then by
 * namespace and name, whatever the order in which they are seen. The others wait and take over when it goes.
 */
import type { Frontend, PlanWarning, PortPlan, ServicePlan } from "../contract.ts";

export interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

interface Claimant extends ServiceKey {
  readonly createdSeconds: number;
}

/** One claimant as a rule: then no list is kept. */
type Holders = Claimant | readonly Claimant[];

export interface Settled {
  /** The plan without what older Services hold. */
  readonly plan: ServicePlan;
  /** Other Services, all younger, that have won or lost something by this and must be settled anew. */
  readonly affected: readonly ServiceKey[];
}

/** A call costs what the Service's own claims cost, however many Services there are. */
export class Claims {
  readonly #holders = new Map<string, Holders>();
  readonly #staked = new Map<
    string,
    { readonly self: Claimant; readonly keys: readonly string[] }
  >();

  /** Stakes all that the plan asks for, in place of what its Service had staked before. */
  settle(plan: ServicePlan, createdSeconds: number): Settled {
    const service = `${plan.namespace}/${plan.name}`;
    const known = this.#staked.get(service);
    const isSame = known?.self.createdSeconds === createdSeconds;
    const affected = isSame ? [] : [...this.release(plan)];
    const { namespace, name } = plan;
    const self = isSame ? known.self : { namespace, name, createdSeconds };
    const before = new Set(isSame ? known.keys : []);
    const keys = new Set<string>();
    const warnings: PlanWarning[] = [];
    const win = (port: PortPlan, { kind, address, port: number }: Place): boolean => {
      const key = `${address} ${port.protocol} ${number}`;
      const isOwn = keys.has(key);
      keys.add(key);
      if (!isOwn && !before.has(key)) affected.push(...this.#add(key, self));
      const winner = first(this.#holders.get(key)) ?? self;
      if (!isOwn && winner === self) return true;
      const whose = isOwn
        ? "another port of it already"
        : `the older Service ${winner.namespace}/${winner.name}`;
      const message = `Service ${service}: ${kind} ${address} ${port.protocol} ${number} belongs to ${whose}`;
      warnings.push({ reason: "address-conflict", message });
      return false;
    };
    const ports = plan.ports.flatMap((port): readonly PortPlan[] => {
      // Everything rests on the ClusterIP: a port without it is not programmed and claims nothing more.
      const { clusterIP: address } = port;
      if (!win(port, { kind: "ClusterIP", address, port: port.port })) return [];
      const frontends = port.frontends.filter((frontend) => win(port, frontend));
      return [frontends.length === port.frontends.length ? port : { ...port, frontends }];
    });
    for (const key of before) if (!keys.has(key)) affected.push(...this.#remove(key, self));
    this.#staked.set(service, { self, keys: [...keys] });
    if (warnings.length === 0) return { plan, affected };
    return { plan: { ...plan, ports, warnings: [...plan.warnings, ...warnings] }, affected };
  }

  /** Gives up all that the Service claimed; those who win by it are returned. */
  release({ namespace, name }: ServiceKey): readonly ServiceKey[] {
    const service = `${namespace}/${name}`;
    const staked = this.#staked.get(service);
    if (staked === undefined) return [];
    this.#staked.delete(service);
    return staked.keys.flatMap((key) => this.#remove(key, staked.self));
  }

  /** The one that loses the key by it, if any. */
  #add(key: string, self: Claimant): readonly Claimant[] {
    const holders = this.#holders.get(key);
    if (holders === undefined) {
      this.#holders.set(key, self);
      return [];
    }
    const sorted = [...listOf(holders), self].sort(byAge);
    this.#holders.set(key, sorted);
    return sorted[0] === self ? sorted.slice(1, 2) : [];
  }

  /** The one that wins the key by it, if any. */
  #remove(key: string, self: Claimant): readonly Claimant[] {
    const holders = listOf(this.#holders.get(key) ?? []);
    const rest = holders.filter((it) => it !== self);
    const [winner, ...others] = rest;
    if (winner === undefined) this.#holders.delete(key);
    else this.#holders.set(key, others.length === 0 ? winner : rest);
    return winner !== undefined && holders[0] === self ? [winner] : [];
  }
}

type Place = Pick<Frontend, "address" | "port"> & { readonly kind: Frontend["kind"] | "ClusterIP" };

function listOf(holders: Holders): readonly Claimant[] {
  return isList(holders) ? holders : [holders];
}

function first(holders: Holders | undefined): Claimant | undefined {
  return holders === undefined ? undefined : listOf(holders)[0];
}

function isList(holders: Holders): holders is readonly Claimant[] {
  return Array.isArray(holders);
}

function byAge(a: Claimant, b: Claimant): number {
  if (a.createdSeconds !== b.createdSeconds) return a.createdSeconds - b.createdSeconds;
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
}
