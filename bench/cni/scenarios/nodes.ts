import { startProgram } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Figure, measureRounds } from "../../scenarios/rounds.ts";
import type { RouteCalls } from "../programs/routes.ts";
import { nodeName, nodes as placesOf } from "../scene.ts";
import { fairlead } from "../words.ts";

const count = 1_000;
const quickCount = 50;
const mostRounds = 7;
const converged = "all Nodes to their routes";
const changed = "one Node's new address to its entries";
const steps = "entries changed for it";
const events = "changes of entries that the kernel tells of";

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const size = context.quick ? quickCount : count;
  /** Each time on a node of its own that knows nobody. */
  const measure = async (): Promise<readonly Figure[]> => {
    const topology = await placesOf(context, 1);
    const { pid, addresses } = topology.place(nodeName(0));
    const program = startProgram<RouteCalls>(
      pid,
      new URL("../programs/routes.ts", import.meta.url),
    );
    try {
      const all = await program.call("start", { nodes: size, address: addresses[0] ?? "" });
      const one = await program.call("change", { index: size >> 1, shift: 1 });
      return [
        { metric: converged, unit: "ms", value: all.tookMs },
        { metric: "entries of all", unit: "", value: all.steps },
        { metric: changed, unit: "ms", value: one.tookMs },
        { metric: steps, unit: "", value: one.steps },
        { metric: events, unit: "", value: one.events },
      ];
    } finally {
      await program.stop();
      await topology.close();
    }
  };
  const rounds = Math.min(context.rounds, mostRounds);
  return {
    ...headOf(nodesScenario, rounds),
    series: await measureRounds(
      { ...context, rounds },
      nodesScenario.name,
      [{ name: fairlead, measure }],
      converged,
    ),
    targets: [
      { contestant: fairlead, metric: converged, atMost: 1_000 },
      { contestant: fairlead, metric: steps, atMost: 3 },
      { contestant: fairlead, metric: events, atMost: 3 },
    ],
    notes: [
      "From the moment at which the Nodes are known, with vxlan: the 50 ms for which events are gathered are in it. A Node has a route, a neighbour and a forwarding entry; where its address alone changes, the last one does.",
    ],
  };
}

export const nodesScenario: Scenario = {
  name: "cni-nodes",
  title: "1,000 Nodes, and a change of one",
  run,
};
