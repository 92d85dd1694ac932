/** How much of the new connections each endpoint gets. */
import type { PlanEndpoint } from "../contract.ts";
import type { Candidate } from "./candidates.ts";
import type { Tuning, WeightRule } from "./tuning.ts";

/** The clock as a plan sees it. */
export interface Moment {
  readonly nowMs: number;
  /** When an endpoint of the Service was first seen ready; undefined for one that was there from the beginning. */
  bornMs(address: string): number | undefined;
}

export interface Weighted {
  readonly endpoints: readonly PlanEndpoint[];
  /** When the weights change next by themselves. */
  readonly changesAtMs: number | undefined;
}

/** Slow start goes in so many steps: each is a transaction. */
const STEPS = 10;

/**
 * Weights in lowest terms: 1 each where nothing asks for others. Endpoints of weight 0 are left out, as long as one
 * of another weight is there.
 */
export function weigh(candidates: readonly Candidate[], tuning: Tuning, moment: Moment): Weighted {
  const { weights: rules, slowStartMs } = tuning;
  if (rules.length === 0 && slowStartMs === undefined) {
    return { endpoints: candidates.map((it) => endpointOf(it, 1)), changesAtMs: undefined };
  }
  const wanted = candidates.map((it) => ({ it, weight: ruleWeight(it, rules) }));
  const positive = wanted.filter(({ weight }) => weight > 0);
  const used = positive.length > 0 ? positive : wanted.map(({ it }) => ({ it, weight: 1 }));
  const ramps = used.map(({ it }) => rampOf(moment.bornMs(it.address), slowStartMs, moment.nowMs));
  const raw = used.map(({ weight }, index) => weight * (ramps[index]?.step ?? STEPS));
  const unit = raw.reduce(greatestCommonDivisor, 0);
  const endings = ramps.flatMap(({ endsAtMs }) => endsAtMs ?? []);
  return {
    endpoints: used.map(({ it }, index) => endpointOf(it, (raw[index] ?? unit) / unit)),
    changesAtMs: endings.length > 0 ? Math.min(...endings) : undefined,
  };
}

function endpointOf({ address, port, local }: Candidate, weight: number): PlanEndpoint {
  return { address, port, local, weight };
}

function ruleWeight(candidate: Candidate, rules: readonly WeightRule[]): number {
  const { nodeName, podName, zone, address } = candidate;
  const values = { node: nodeName, pod: podName, zone, address };
  return rules.find(({ field, pattern }) => matches(values[field], pattern))?.weight ?? 1;
}

function matches(value: string | undefined, pattern: string): boolean {
  if (value === undefined) return false;
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

interface Ramp {
  /** From 1 to STEPS. */
  readonly step: number;
  /** When the next step comes; undefined at the last. */
  readonly endsAtMs: number | undefined;
}

function rampOf(bornMs: number | undefined, slowStartMs: number | undefined, nowMs: number): Ramp {
  if (bornMs === undefined || slowStartMs === undefined)
    return { step: STEPS, endsAtMs: undefined };
  const stepMs = slowStartMs / STEPS;
  const step = Math.floor(Math.max(0, nowMs - bornMs) / stepMs) + 1;
  return step >= STEPS
    ? { step: STEPS, endsAtMs: undefined }
    : { step, endsAtMs: bornMs + step * stepMs };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
