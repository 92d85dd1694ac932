import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Figure, measureRounds } from "../../scenarios/rounds.ts";
import type { TableCalls } from "../programs/tables.ts";
import { bareNode, withProgram } from "../scene.ts";
import { fairlead } from "../words.ts";

const size = 10_000;
const quickSize = 300;
const converged = "sync to converged";

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const services = context.quick ? quickSize : size;
  const place = await bareNode(context);
  /** The first makes the table, and later ones find it: each is a process of its own. */
  const measure = (): Promise<readonly Figure[]> =>
    withProgram<TableCalls, readonly Figure[]>(place, "tables.ts", async (program) => {
      const started = await program.call("start", { services });
      const { planMs, programMs, transactions, elements } = started;
      return [
        { metric: converged, unit: "s", value: (planMs + programMs) / 1000 },
        { metric: "planning of it", unit: "s", value: planMs / 1000 },
        { metric: "transactions", unit: "", value: transactions },
        { metric: "elements written", unit: "", value: elements },
      ];
    });
  const rounds = Math.min(context.rounds, 5);
  const entrants = [{ name: fairlead, measure }];
  return {
    ...headOf(restart, rounds),
    series: await measureRounds({ ...context, rounds }, restart.name, entrants, converged),
    targets: [
      { contestant: fairlead, metric: converged, atMost: 1 },
      { contestant: fairlead, metric: "transactions", atMost: 0 },
      { contestant: fairlead, metric: "elements written", atMost: 0 },
    ],
    notes: [
      "From the moment at which all Services and slices are known, in a process that has just started: plan, layout, and the comparison of every set with what the kernel holds. The kernel is read before, as the daemon does it while the lists come; that nothing has changed since is asked of the kernel.",
    ],
  };
}

export const restart: Scenario = {
  name: "proxy-restart",
  title: "A restart over 10,000 Services with nothing changed",
  run,
};
