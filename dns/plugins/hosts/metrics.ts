import { Gauge } from "prom-client";
import type { SetupContext } from "../../contract.ts";

export interface HostsMetrics {
  readonly entries: Gauge<"hostsfile">;
  readonly reloaded: Gauge;
}

/** Names as in CoreDNS. Once per process. */
export function hostsMetrics({
  metrics,
  shared,
}: Pick<SetupContext, "metrics" | "shared">): HostsMetrics {
  return shared.once("hosts metrics", () => ({
    entries: new Gauge({
      name: "coredns_hosts_entries",
      help: "Entries of the hosts file and of the Corefile together, reverse ones counted.",
      labelNames: ["hostsfile"],
      registers: [metrics],
    }),
    reloaded: new Gauge({
      name: "coredns_hosts_reload_timestamp_seconds",
      help: "When the hosts file that was read last had been written.",
      registers: [metrics],
    }),
  }));
}
