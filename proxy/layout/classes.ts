import type { Class } from "./contract.ts";

/** Numbers of the classes that need no count, and of the first of each kind that does. */
const fixed = {
  refuse: 0xf100_0001,
  blackhole: 0xf100_0002,
  guarded: 0xf100_0003,
  external: 0xf100_0004,
  "external-local": 0xf100_0005,
} as const;
const spreadBases = { cluster: 0xf110_0000, local: 0xf111_0000 } as const;
const maglevBases = { cluster: 0xf112_0000, local: 0xf113_0000 } as const;
const FIRST_AFFINITY = 0xf120_0000;

const chainPrefixes = {
  spread: { cluster: "lb", local: "lb-local" },
  maglev: { cluster: "maglev", local: "maglev-local" },
  affinity: { cluster: "affinity", local: "affinity-local" },
} as const;

/** The chain that a class goes to; it names the class. */
export function chainOf(kind: Class): string {
  switch (kind.kind) {
    case "spread":
    case "maglev":
      return `${chainPrefixes[kind.kind][kind.list]}-${kind.slots}`;
    case "affinity":
      return `${chainPrefixes.affinity[kind.list]}-${kind.timeoutSeconds}-${kind.slots}`;
    default:
      return kind.kind;
  }
}

/** True for classes whose chain is made when the first ServicePort needs it. */
export function isLazy(kind: Class): boolean {
  return !(kind.kind in fixed);
}

/** Classes that end a connection's way and look at no map of frontends: what follows the rewriting of a frontend. */
export function isEnding(kind: Class): boolean {
  return isLazy(kind) || kind.kind === "refuse" || kind.kind === "blackhole";
}

/**
 * The numbers of classes. Those with affinity are dealt out as they come, since time-out and count do not fit one
 * number; after a restart they are read back with remember().
 */
export class ClassNumbers {
  readonly #affinity = new Map<string, number>();
  #next = FIRST_AFFINITY;

  numberOf(kind: Class): number {
    switch (kind.kind) {
      case "spread":
        return spreadBases[kind.list] + kind.slots;
      case "maglev":
        return maglevBases[kind.list] + kind.slots;
      case "affinity":
        return this.#affinityNumber(chainOf(kind));
      default:
        return fixed[kind.kind];
    }
  }

  /** What an element of the kernel's `classes` map says. */
  remember(number: number, chain: string): void {
    if (number < FIRST_AFFINITY) return;
    this.#affinity.set(chain, number);
    this.#next = Math.max(this.#next, number + 1);
  }

  #affinityNumber(chain: string): number {
    let number = this.#affinity.get(chain);
    if (number === undefined) {
      number = this.#next++;
      this.#affinity.set(chain, number);
    }
    return number;
  }
}

const counted = /^(lb|maglev|affinity)(-local)?-(?:(\d+)-)?(\d+)$/;

/** The class whose chain has that name, of those whose chains are made when they are needed. */
export function lazyClassOf(chain: string): Class | undefined {
  const [, kind, local, timeout, count] = counted.exec(chain) ?? [];
  if (kind === undefined || (kind === "affinity") !== (timeout !== undefined)) return undefined;
  const list = local === undefined ? "cluster" : "local";
  const slots = Number(count);
  if (timeout !== undefined)
    return { kind: "affinity", list, slots, timeoutSeconds: Number(timeout) };
  return { kind: kind === "lb" ? "spread" : "maglev", list, slots };
}
