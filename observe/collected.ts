/**
 * Metric families whose numbers live elsewhere (typed arrays that workers count in) and are read when Prometheus
 * asks. A family without numbers still shows its HELP and TYPE.
 */
import type { Metric } from "prom-client";
import type { MetricsRegistry } from "./contract.ts";

interface CollectedFamily {
  readonly registry: MetricsRegistry;
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Label values in the order of `labelNames`. */
export type EmitValue = (labels: readonly string[], value: number) => void;

/** `buckets` holds one count per upper bound and a last one for +Inf, each without those below it. */
export type EmitBuckets = (
  labels: readonly string[],
  buckets: ArrayLike<number>,
  sum: number,
) => void;

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface CollectedCounter extends CollectedFamily {
  readonly collect: (emit: EmitValue) => void | Promise<void>;
}

/** Registers a counter. Values for the same labels, as several workers have them, are added up. */
export function collectedCounter({ collect, ...family }: CollectedCounter): void {
  register(family, "counter", async () => {
    const sums = new Map<string, { readonly labels: readonly string[]; value: number }>();
    await collect((labels, value) => {
      const key = labels.join("\0");
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { labels, value });
      else sum.value += value;
    });
    return [...sums.values()].map(({ labels, value }) => ({
      metricName: family.name,
      labels: named(family.labelNames, labels),
      value,
    }));
  });
}

export interface CollectedHistogram extends CollectedFamily {
  /** Upper bounds, ascending and without +Inf. */
  readonly bounds: readonly number[];
  readonly collect: (emit: EmitBuckets) => void;
}

/** Registers a histogram. Buckets for the same labels are added up. */
export function collectedHistogram({ bounds, collect, ...family }: CollectedHistogram): void {
  register(family, "histogram", () => {
    const totals = new Map<string, Total>();
    collect((labels, buckets, sum) => {
      const key = labels.join("\0");
      const total = totals.get(key) ?? {
        labels,
        buckets: new Float64Array(bounds.length + 1),
        sum: 0,
      };
      totals.set(key, total);
      for (let index = 0; index <= bounds.length; index++) {
        total.buckets[index] = (total.buckets[index] ?? 0) + (buckets[index] ?? 0);
      }
      total.sum += sum;
    });
    return [...totals.values()].flatMap((total) => histogramSamples(family, bounds, total));
  });
}

interface Total {
  readonly labels: readonly string[];
  readonly buckets: Float64Array;
  sum: number;
}

function histogramSamples(
  { name, labelNames }: Pick<CollectedFamily, "name" | "labelNames">,
  bounds: readonly number[],
  { labels, buckets, sum }: Total,
): Sample[] {
  const common = named(labelNames, labels);
  let count = 0;
  const samples = [...buckets].map((inBucket, index): Sample => {
    count += inBucket;
    return {
      metricName: `${name}_bucket`,
      labels: { ...common, le: bounds[index] ?? "+Inf" },
      value: count,
    };
  });
  samples.push({ metricName: `${name}_sum`, labels: common, value: sum });
  samples.push({ metricName: `${name}_count`, labels: common, value: count });
  return samples;
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

function register(
  { registry, name, help, labelNames }: CollectedFamily,
  type: "counter" | "histogram",
  samples: () => readonly Sample[] | Promise<readonly Sample[]>,
): void {
  const family = {
    name,
    help,
    type,
    labelNames,
    get: async () => ({ name, help, type, values: await samples(), aggregator: "sum" }),
  };
  // prom-client's registry calls get() alone, but its types ask for one of its own classes, which keep numbers themselves.
  registry.registerMetric(family as unknown as Metric);
}
