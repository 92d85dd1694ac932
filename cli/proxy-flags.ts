/** Flags of the proxy that kube-proxy does not have, which `proxy` and `node` read alike. */
import type { OwnSettings } from "#proxy/daemon/options.ts";
import { type GoFlag, type GoFlagValues, wholeNumber } from "./go-flags.ts";

/** Beside kube-proxy's. */
export const ownProxyFlags: readonly GoFlag[] = [
  {
    name: "audit-period",
    value: "SECONDS",
    help: "between comparisons of the kernel with what it should hold (default 300), 0 for none",
  },
  {
    name: "endpoint-counters",
    value: "",
    help: "count connections of each endpoint too, at 16 bytes a CPU",
  },
  {
    name: "connection-series",
    value: "N",
    help: "ServicePorts with a series of their own in /metrics (default 100), 0 for none",
  },
  {
    name: "refusal-report-period",
    value: "SECONDS",
    help: "between Events about refused connections to one Service (default 300)",
  },
];

export function ownSettings(values: GoFlagValues): OwnSettings {
  const counters = values.get("endpoint-counters");
  return {
    auditPeriodMs: 1000 * wholeNumber(values, "audit-period", { otherwise: 300 }),
    endpointCounters: counters !== undefined && counters !== "false",
    connectionSeries: wholeNumber(values, "connection-series", { otherwise: 100 }),
    refusalReportPeriodMs:
      1000 * Math.max(1, wholeNumber(values, "refusal-report-period", { otherwise: 300 })),
  };
}
