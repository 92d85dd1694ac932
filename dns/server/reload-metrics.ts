import { Counter, Gauge } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";

export interface ReloadMetrics {
  readonly failed: Counter;
  /** @param sha512 hash of the Corefile in force */
  setRunning(sha512: string): void;
  readonly servesLastGood: Gauge;
}

/** The first two as in CoreDNS; the version is that of what runs, not of what was tried last. */
export function createReloadMetrics(registry: MetricsRegistry): ReloadMetrics {
  const registers = [registry];
  const version = new Gauge({
    name: "coredns_reload_version_info",
    help: "Always 1; the label says what Corefile is in force, with all that it imports.",
    labelNames: ["hash", "value"],
    registers,
  });
  return {
    failed: new Counter({
      name: "coredns_reload_failed_total",
      help: "Reloads that failed and left the former configuration in force.",
      registers,
    }),
    setRunning(sha512) {
      version.reset();
      version.set({ hash: "sha512", value: sha512 }, 1);
    },
    servesLastGood: new Gauge({
      name: "fairlead_dns_serving_last_good",
      help: "1 while the Corefile cannot be served and the last good configuration is in its place.",
      registers,
    }),
  };
}
