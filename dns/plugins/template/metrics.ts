import { Counter } from "prom-client";
import type { SetupContext } from "../../contract.ts";

type MatchLabel = "server" | "zone" | "view" | "class" | "type";
type FailureLabel = MatchLabel | "section" | "template";

export interface TemplateMetrics {
  readonly matches: Counter<MatchLabel>;
  readonly templateFailures: Counter<FailureLabel>;
  readonly recordFailures: Counter<FailureLabel>;
}

const matchLabels = ["server", "zone", "view", "class", "type"] as const;
const failureLabels = [...matchLabels, "section", "template"] as const;

/** Names as in CoreDNS. Once per process. */
export function templateMetrics({
  metrics,
  shared,
}: Pick<SetupContext, "metrics" | "shared">): TemplateMetrics {
  const registers = [metrics];
  return shared.once("template metrics", () => ({
    matches: new Counter({
      name: "coredns_template_matches_total",
      help: "Queries that a template directive took.",
      labelNames: matchLabels,
      registers,
    }),
    templateFailures: new Counter({
      name: "coredns_template_template_failures_total",
      help: "Templates that could not be filled in for a query.",
      labelNames: failureLabels,
      registers,
    }),
    recordFailures: new Counter({
      name: "coredns_template_rr_failures_total",
      help: "Templates whose text was no resource record.",
      labelNames: failureLabels,
      registers,
    }),
  }));
}
