import type { Operation, TableId, Transaction } from "#linux/nft/contract.ts";
import type { PortPlan } from "../contract.ts";
import { baseOperations, fixedElements, tableOf } from "../layout/base.ts";
import { ClassNumbers, chainOf, lazyClassOf } from "../layout/classes.ts";
import type { Class, LayoutOptions, PlacedPort, SetElement } from "../layout/contract.ts";
import { classElements, lazyClasses, portElements, sharedElements } from "../layout/elements.ts";
import { lazyChain } from "../layout/lazy-chains.ts";
import { type Places, placePort, SlotIds } from "../layout/place.ts";
import { TableDigest } from "./digest.ts";
import { ElementChanges } from "./element-changes.ts";
import { elementName } from "./element-key.ts";
import { SharedChanges } from "./shared-changes.ts";

/** Ports by ID with what they are to be from now on; undefined: gone. */
export type PortChanges = ReadonlyMap<string, PortPlan | undefined>;

/** A transaction, and what the model becomes once the kernel has taken it. */
export interface Prepared {
  readonly transaction: Transaction;
  readonly addedElements: number;
  readonly removedElements: number;
  accept(): void;
}

/** What the family's table in the kernel holds, as far as this process made or read it. Nothing here does I/O. */
export class TableModel {
  readonly table: TableId;
  #options: LayoutOptions;
  readonly numbers: ClassNumbers;
  readonly slotIds: SlotIds;
  #ports = new Map<string, PlacedPort>();
  /** How many ports want each shared element. */
  #shared = new Map<string, number>();
  #chains = new Set<string>();
  #digest = new TableDigest();

  /** A table without Services. `numbering`: whose numbers go on, as clients may remember them. */
  constructor(
    options: LayoutOptions,
    numbering: Pick<TableModel, "numbers" | "slotIds"> = {
      numbers: new ClassNumbers(),
      slotIds: new SlotIds(),
    },
  ) {
    this.#options = options;
    this.table = tableOf(options.family);
    this.numbers = numbering.numbers;
    this.slotIds = numbering.slotIds;
    for (const { set, element } of fixedElements(options, this.numbers))
      this.#digest.of(set).add(element);
  }

  get options(): LayoutOptions {
    return this.#options;
  }

  /** Other ranges of addresses; an audit brings them to the kernel. What else differs would be another layout. */
  setRanges(ranges: Pick<LayoutOptions, "serviceCidrs" | "localTraffic">): void {
    for (const { set, element } of fixedElements(this.#options, this.numbers))
      this.#digest.of(set).remove(element);
    this.#options = { ...this.#options, ...ranges };
    for (const { set, element } of fixedElements(this.#options, this.numbers))
      this.#digest.of(set).add(element);
  }

  get ports(): ReadonlyMap<string, PlacedPort> {
    return this.#ports;
  }

  get digest(): TableDigest {
    return this.#digest;
  }

  /** Makes the table and all that is given in one transaction, in the place of one that is there. */
  prepareAnew(plans: Iterable<PortPlan>, replace: boolean): Prepared {
    const fresh = new TableModel(this.options, this);
    const changes = new Map([...plans].map((plan) => [plan.id, plan]));
    const filled = fresh.prepare(changes, (plan) => this.#ports.get(plan.id));
    const replaced: Operation[] = replace ? [{ kind: "deleteTable" }] : [];
    const operations = [
      ...replaced,
      ...baseOperations(this.options, this.numbers),
      ...filled.transaction.operations,
    ];
    return {
      ...filled,
      transaction: { table: this.table, operations },
      accept: () => {
        filled.accept();
        this.#take(fresh);
      },
    };
  }

  /** The transaction that makes the changes. `placesOf` says where endpoints stood that this process did not place. */
  prepare(changes: PortChanges, placesOf?: (plan: PortPlan) => Places | undefined): Prepared {
    const elements = new ElementChanges();
    const wanted = new SharedChanges(this.#shared);
    const chains = new Map<string, Class>();
    const placed = new Map<string, PlacedPort | undefined>();
    for (const [id, plan] of changes) {
      const before = this.#ports.get(id);
      const after =
        plan === undefined ? undefined : placePort(plan, this.slotIds, before ?? placesOf?.(plan));
      placed.set(id, after);
      if (before !== undefined) {
        for (const entry of portElements(before, this.numbers)) elements.remove(entry);
        wanted.release(sharedElements(before));
      }
      if (after === undefined) continue;
      for (const kind of lazyClasses(after)) chains.set(chainOf(kind), kind);
      for (const entry of portElements(after, this.numbers)) elements.add(entry);
      wanted.acquire(sharedElements(after));
    }
    const counts = wanted.settle(elements);
    const newClasses = [...chains].filter(([chain]) => !this.#chains.has(chain));
    for (const [, kind] of newClasses)
      for (const entry of classElements(kind, this.numbers)) elements.add(entry);
    return {
      transaction: {
        table: this.table,
        operations: [
          ...newClasses.flatMap(([, kind]) => this.#chainOperations(kind)),
          ...elements.operations(),
        ],
      },
      addedElements: elements.addedCount,
      removedElements: elements.removedCount,
      accept: () => {
        for (const [id, port] of placed)
          if (port === undefined) this.#ports.delete(id);
          else this.#ports.set(id, port);
        for (const [name, count] of counts)
          if (count === 0) this.#shared.delete(name);
          else this.#shared.set(name, count);
        for (const [chain] of newClasses) this.#chains.add(chain);
        for (const { set, element } of elements.removed) this.#digest.of(set).remove(element);
        for (const { set, element } of elements.added) this.#digest.of(set).add(element);
      },
    };
  }

  /**
   * Takes over a table of the same layout that another process left: ports stand where they stood there. Returns what
   * makes the chains that it lacks; elements are left to an audit.
   */
  adopt(
    plans: Iterable<PortPlan>,
    placesOf: (plan: PortPlan) => Places | undefined,
    chains: Iterable<string>,
  ): readonly Operation[] {
    this.#take(new TableModel(this.options, this));
    for (const chain of chains) {
      const kind = lazyClassOf(chain);
      if (kind !== undefined) this.#know(kind);
    }
    const missing: Class[] = [];
    for (const plan of plans) {
      const port = placePort(plan, this.slotIds, placesOf(plan));
      this.#ports.set(plan.id, port);
      for (const kind of lazyClasses(port)) if (this.#know(kind)) missing.push(kind);
      for (const { set, element } of portElements(port, this.numbers))
        this.#digest.of(set).add(element);
      for (const entry of sharedElements(port)) this.#share(entry);
    }
    return missing.flatMap((kind) => this.#chainOperations(kind));
  }

  /** All elements that the table should hold, those of one port together. */
  *elements(): IterableIterator<readonly SetElement[]> {
    const shared = new Set<string>();
    yield fixedElements(this.options, this.numbers);
    for (const chain of this.#chains) {
      const kind = lazyClassOf(chain);
      if (kind !== undefined) yield classElements(kind, this.numbers);
    }
    for (const port of this.#ports.values()) {
      const own = portElements(port, this.numbers);
      const first = sharedElements(port).filter((entry) => {
        const name = elementName(entry);
        return shared.has(name) ? false : shared.add(name);
      });
      yield [...own, ...first];
    }
  }

  #take(other: TableModel): void {
    this.#ports = other.#ports;
    this.#shared = other.#shared;
    this.#chains = other.#chains;
    this.#digest = other.#digest;
  }

  /** True when the class is new. */
  #know(kind: Class): boolean {
    const chain = chainOf(kind);
    if (this.#chains.has(chain)) return false;
    this.#chains.add(chain);
    for (const { set, element } of classElements(kind, this.numbers))
      this.#digest.of(set).add(element);
    return true;
  }

  #share(entry: SetElement): void {
    const name = elementName(entry);
    const count = this.#shared.get(name) ?? 0;
    this.#shared.set(name, count + 1);
    if (count === 0) this.#digest.of(entry.set).add(entry.element);
  }

  #chainOperations(kind: Class): Operation[] {
    const { chain, rules } = lazyChain(kind, this.options);
    return [
      { kind: "addChain", chain },
      ...rules.map((rule): Operation => ({ kind: "addRule", chain: chain.name, rule })),
    ];
  }
}
