import type { Chain, NamedSet, ReadElement, Rule, TableId } from "../contract.ts";

/** A rule set in memory, as the kernel keeps it. */
export interface FakeTable {
  readonly id: TableId;
  comment: string | undefined;
  readonly sets: Map<string, FakeSet>;
  readonly chains: Map<string, FakeChain>;
  /** The kernel numbers rules in each table. */
  lastHandle: number;
}

export interface FakeSet {
  readonly set: NamedSet;
  readonly elements: ElementStore;
  /** Rules that look into it. */
  uses: number;
}

export interface FakeChain {
  chain: Chain;
  rules: readonly FakeRule[];
  /** Rules and elements that lead to it. */
  uses: number;
}

export interface FakeRule {
  readonly handle: number;
  readonly rule: Rule;
}

export interface FakeElement extends ReadElement {
  /** When it lapses, by the fake's clock. */
  readonly lapsesAtMs?: number;
}

/** The elements of one set. Those of intervals are few, the others are found by their key. */
export interface ElementStore {
  readonly size: number;
  /** What stands in the way of an element: one of the same key, or of a range in common. */
  conflict(element: ReadElement): FakeElement | undefined;
  /** The one that a deletion of the key, or the range, means. */
  find(element: ReadElement): FakeElement | undefined;
  add(element: FakeElement): void;
  remove(element: FakeElement): void;
  values(): Iterable<FakeElement>;
}

export function keyOfTable({ family, name }: TableId): string {
  return `${family} ${name}`;
}
