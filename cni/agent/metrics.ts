import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { RouteReport } from "./routes/node-routes.ts";
import type { CallReport } from "./server/contract.ts";

/** From half a millisecond, where an ADD of one address lies, to the runtime's patience. */
const secondsBuckets = [
  0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 5, 30,
];

/** What the agent tells of itself. */
export class AgentMetrics {
  readonly #calls: Histogram<"command" | "type" | "result">;
  readonly #phases: Histogram<"phase">;
  readonly #steps: Counter;
  readonly #reconciles: Histogram;
  readonly #nodes: Gauge;
  readonly #failures: Gauge;
  readonly #pending: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Histogram({
      name: "fairlead_cni_call_duration_seconds",
      help: "Calls of the CNI plugin.",
      labelNames: ["command", "type", "result"],
      buckets: secondsBuckets,
      registers,
    });
    this.#phases = new Histogram({
      name: "fairlead_cni_add_phase_duration_seconds",
      help: "What ADD spends its time on: links, rules, addresses.",
      labelNames: ["phase"],
      buckets: secondsBuckets,
      registers,
    });
    this.#steps = new Counter({
      name: "fairlead_cni_route_changes_total",
      help: "Routes, neighbours and forwarding entries that were set or deleted.",
      registers,
    });
    this.#reconciles = new Histogram({
      name: "fairlead_cni_route_reconcile_duration_seconds",
      help: "Comparisons of the ways to other nodes with the kernel.",
      buckets: secondsBuckets,
      registers,
    });
    this.#nodes = new Gauge({
      name: "fairlead_cni_nodes",
      help: "Nodes of the cluster as this agent knows them.",
      registers,
    });
    this.#failures = new Gauge({
      name: "fairlead_cni_route_failures",
      help: "What the last comparison could not do: nodes that are not reached.",
      registers,
    });
    this.#pending = new Gauge({
      name: "fairlead_cni_pending_deletions",
      help: "DELs that were written down while no agent ran and are still to be done.",
      registers,
    });
  }

  onCall({ command, type, isSuccess, durationMs, phasesMs }: CallReport): void {
    const result = isSuccess ? "success" : "error";
    this.#calls.observe({ command, type, result }, durationMs / 1000);
    for (const [phase, ms] of Object.entries(phasesMs ?? {}))
      if (phase !== "total") this.#phases.observe({ phase }, ms / 1000);
  }

  onReconciled(result: RouteReport): void {
    this.#steps.inc(result.steps);
    this.#reconciles.observe(result.durationMs / 1000);
    this.#nodes.set(result.nodes);
    this.#failures.set(result.failures.length);
  }

  onPending(count: number): void {
    this.#pending.set(count);
  }
}
