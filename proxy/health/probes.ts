/** /healthz and /livez as kube-proxy answers them (KEP-3836: load balancers ask the first, kubelets the second). */
import type { HttpListener, HttpReply } from "#observe/http.ts";
import type { FamilyHealth, Probe, SyncHealthReport } from "./contract.ts";

export interface ProbeOptions {
  readonly report: () => SyncHealthReport;
  readonly isNodeEligible: () => boolean;
  /** Feeds kubeproxy_proxy_healthz_total and kubeproxy_proxy_livez_total. */
  readonly onProbe: (probe: Probe, status: number) => void;
}

/** Routes both probes on the listener (kube-proxy: healthzBindAddress, port 10256). */
export function routeProbes(
  listener: HttpListener,
  { report, isNodeEligible, onProbe }: ProbeOptions,
): void {
  const answer = (probe: Probe, nodeEligible: boolean | undefined): HttpReply => {
    const reply = probeReply(report(), nodeEligible);
    onProbe(probe, reply.status);
    return reply;
  };
  listener.route("/healthz", () => answer("healthz", isNodeEligible()));
  listener.route("/livez", () => answer("livez", undefined));
}

/** @param nodeEligible undefined where the node does not matter */
function probeReply(
  { healthy: isSynced, nowMs, families }: SyncHealthReport,
  nodeEligible: boolean | undefined,
): HttpReply {
  const healthy = isSynced && nodeEligible !== false;
  const newestMs = Math.max(
    ...[...families.values()].map(({ lastUpdatedMs = -1 }) => lastUpdatedMs),
  );
  return {
    status: healthy ? 200 : 503,
    contentType: "application/json",
    headers: { "x-content-type-options": "nosniff" },
    body: JSON.stringify({
      // Monitors take an old time for a fault, so a healthy proxy has always been updated just now.
      lastUpdated: healthy ? instant(nowMs) : instant(newestMs < 0 ? undefined : newestMs),
      currentTime: instant(nowMs),
      nodeEligible,
      healthy,
      status: Object.fromEntries(
        [...families].map(([family, health]) => [`IPv${family}`, familyStatus(health)]),
      ),
    }),
  };
}

function familyStatus({ healthy, lastUpdatedMs }: FamilyHealth): object {
  return { lastUpdated: instant(lastUpdatedMs), healthy };
}

/** RFC 3339; never is what Go prints for it, since Go programs read this. */
function instant(timeMs: number | undefined): string {
  return timeMs === undefined ? "0001-01-01T00:00:00Z" : new Date(timeMs).toISOString();
}
