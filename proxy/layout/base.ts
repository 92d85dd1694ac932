import { createHash } from "node:crypto";
import type { Operation, TableId } from "#linux/nft/contract.ts";
import type { IpFamily } from "../contract.ts";
import { fixedChains } from "./chains.ts";
import { cidrRange } from "./cidr.ts";
import type { ClassNumbers } from "./classes.ts";
import type { Class, LayoutOptions, SetElement } from "./contract.ts";
import { classElements } from "./elements.ts";
import { namedSets } from "./sets.ts";

export const TABLE_NAME = "fairlead";

export function tableOf(family: IpFamily): TableId {
  return { family: family === 4 ? "ip" : "ip6", name: TABLE_NAME };
}

const fixedClasses: readonly Class[] = [
  { kind: "refuse" },
  { kind: "blackhole" },
  { kind: "guarded" },
  { kind: "external" },
  { kind: "external-local" },
];

/**
 * An empty chain whose name tells which layout the table has. Two processes with the same code and options agree on
 * it, and then a restart touches nothing but elements that differ.
 */
export function layoutMark(options: LayoutOptions): string {
  const shape = JSON.stringify([namedSets(options), fixedChains(options)]);
  return `layout-${createHash("sha256").update(shape).digest("hex").slice(0, 12)}`;
}

/** Makes the table with everything but the elements of Services. The table must not be there. */
export function baseOperations(
  options: LayoutOptions,
  numbers: ClassNumbers,
): readonly Operation[] {
  const chains = fixedChains(options);
  return [
    { kind: "addTable" },
    ...namedSets(options).map((set): Operation => ({ kind: "addSet", set })),
    // A chain must be there before a rule or an element goes to it.
    ...chains.map(({ chain }): Operation => ({ kind: "addChain", chain })),
    { kind: "addChain", chain: { name: layoutMark(options) } },
    ...fixedElements(options, numbers).map(
      ({ set, element }): Operation => ({ kind: "addElements", set, elements: [element] }),
    ),
    ...chains.flatMap(({ chain, rules }) =>
      rules.map((rule): Operation => ({ kind: "addRule", chain: chain.name, rule })),
    ),
  ];
}

/** Elements that depend on the options alone. */
export function fixedElements(
  options: LayoutOptions,
  numbers: ClassNumbers,
): readonly SetElement[] {
  const { localTraffic, serviceCidrs, family } = options;
  const localCidrs = localTraffic.kind === "cidrs" ? localTraffic.cidrs : [];
  return [
    ...fixedClasses.flatMap((kind) => classElements(kind, numbers)),
    ...cidrElements("service_cidrs", serviceCidrs, family),
    ...cidrElements("local_sources", localCidrs, family),
  ];
}

function cidrElements(set: string, cidrs: readonly string[], family: IpFamily): SetElement[] {
  return cidrs.map((cidr) => {
    const { first, last } = cidrRange(cidr, family);
    return { set, element: { key: first, keyEnd: last } };
  });
}
