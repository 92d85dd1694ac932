/** Fairlead's own annotations on Services, see README.md. */
import type { Balancing, PlanWarning } from "../contract.ts";

/** Endpoints that match get the weight; "*" at the end of the pattern matches any ending. */
export interface WeightRule {
  readonly field: "zone" | "node" | "pod" | "address";
  readonly pattern: string;
  readonly weight: number;
}

export interface Tuning {
  readonly balancing: Balancing;
  /** The first that matches an endpoint counts; where none does the weight is 1. */
  readonly weights: readonly WeightRule[];
  /** Over how long a new endpoint comes to its full weight. */
  readonly slowStartMs: number | undefined;
  readonly warnings: readonly PlanWarning[];
}

const annotation = {
  balancing: "fairlead.dev/balancing",
  maglevSlots: "fairlead.dev/maglev-slots",
  weights: "fairlead.dev/weights",
  slowStart: "fairlead.dev/slow-start",
} as const;

const untuned: Tuning = {
  balancing: { kind: "random" },
  weights: [],
  slowStartMs: undefined,
  warnings: [],
};

/** The table's permutations need a prime number of slots; each slot is an element in the kernel. */
const slotCounts = [251, 509, 1021, 2039, 4093];
const MAX_WEIGHT = 100;
const MAX_SLOW_START_MS = 3_600_000;

/**
 * Reads a Service's annotations; a bad value counts as absent and is warned of.
 * @param subject names the Service in warnings
 */
export function readTuning(annotations: Readonly<Record<string, string>>, subject: string): Tuning {
  if (Object.keys(annotations).length === 0) return untuned;
  const warnings: PlanWarning[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, wanted: string) => {
    const text = annotations[name];
    const value = text === undefined ? undefined : parse(text.trim());
    if (text !== undefined && value === undefined) {
      const message = `${subject}: annotation ${name}: "${text}" is not ${wanted}`;
      warnings.push({ reason: "bad-annotation", message });
    }
    return value;
  };
  const kind = read(annotation.balancing, parseBalancing, "random or maglev") ?? "random";
  const slots = read(annotation.maglevSlots, parseSlots, `one of ${slotCounts.join(", ")}`) ?? 251;
  return {
    balancing: kind === "random" ? { kind } : { kind, slots },
    weights: read(annotation.weights, parseWeights, weightsForm) ?? untuned.weights,
    slowStartMs: read(annotation.slowStart, parseSlowStart, "a time from 1s to 1h, as 30s or 2m"),
    warnings,
  };
}

function parseBalancing(text: string): Balancing["kind"] | undefined {
  return text === "random" || text === "maglev" ? text : undefined;
}

function parseSlots(text: string): number | undefined {
  return slotCounts.find((count) => String(count) === text);
}

const weightsForm = `a list of zone, node, pod or address=PATTERN:WEIGHT, weights from 0 to ${MAX_WEIGHT}`;

function parseWeights(text: string): readonly WeightRule[] | undefined {
  const rules: WeightRule[] = [];
  for (const part of text.split(",")) {
    const [, field, pattern, digits] =
      /^\s*(zone|node|pod|address)=(\S+):(\d{1,3})\s*$/.exec(part) ?? [];
    const weight = Number(digits);
    if (pattern === undefined || !(weight <= MAX_WEIGHT)) return undefined;
    rules.push({ field: field as WeightRule["field"], pattern, weight }); // one of the alternatives above
  }
  return rules;
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function parseSlowStart(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const lengthMs = Number(digits) * (unitMs[unit] ?? 0);
  return lengthMs >= 1000 && lengthMs <= MAX_SLOW_START_MS ? lengthMs : undefined;
}
