import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { MetricsRegistry } from "./contract.ts";

/** The default of 10 ms wakes an idle process a hundred times a second, on a core that answers queries. */
const EVENT_LOOP_SAMPLE_MS = 200;

/**
 * A registry with what every process exports: process_* (CPU seconds, resident memory, open files, start time, under
 * the names of Prometheus's client libraries) and nodejs_* (heap, event loop, garbage collection).
 */
export function createMetricsRegistry(): MetricsRegistry {
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
  return register;
}

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
}

/** Registers a gauge of constant 1 that names the build; the label `goversion` holds Node's, since dashboards read it. */
export function registerBuildInfo(
  registry: MetricsRegistry,
  name: string,
  { version, revision }: BuildInfo,
): void {
  new Gauge({
    name,
    help: "Always 1; the labels say what runs: version, revision of the sources, runtime.",
    labelNames: ["version", "revision", "goversion"],
    registers: [registry],
  }).set({ version, revision, goversion: `node${process.versions.node}` }, 1);
}
