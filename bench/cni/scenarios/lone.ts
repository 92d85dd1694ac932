import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { median, quantile } from "../../stats.ts";
import { succeeded } from "../caller.ts";
import type { Attacher, Call } from "../contract.ts";
import { attachers, containers } from "../scene.ts";
import { add, aProcess, del, emptyProcess, fairlead, inProcess, reference } from "../words.ts";

const perRound = 20;
/** A process a call takes its time. */
const processes: readonly string[] = [aProcess, emptyProcess];
const perRoundOfProcesses = 5;
/** The kernel frees what a round has left before the next one is measured. */
const settleMs = 100;

function entrantOf(plugin: Attacher, netns: readonly string[]): Entrant {
  let round = 0;
  return {
    name: plugin.name,
    async measure() {
      round += 1;
      const lone = (command: Call["command"]) =>
        plugin.call(
          netns.map((path, index) => [{ command, id: `r${round}c${index}`, netns: path }]),
        );
      const added = succeeded(plugin.name, await lone("ADD")).map(({ tookMs }) => tookMs);
      await sleep(settleMs);
      const deleted = succeeded(plugin.name, await lone("DEL")).map(({ tookMs }) => tookMs);
      await sleep(settleMs);
      return [
        { metric: add, unit: "ms", value: median(added) },
        { metric: "ADD, least", unit: "ms", value: Math.min(...added) },
        { metric: "ADD, p90", unit: "ms", value: quantile(added, 0.9) },
        { metric: del, unit: "ms", value: median(deleted) },
        { metric: "DEL, least", unit: "ms", value: Math.min(...deleted) },
        { metric: "DEL, p90", unit: "ms", value: quantile(deleted, 0.9) },
      ];
    },
  };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { plugins, missing } = await attachers(context, { ways: "all" });
  const netns = containers(context, context.quick ? 3 : perRound);
  const entrants = plugins.map((plugin) =>
    entrantOf(
      plugin,
      processes.includes(plugin.name) ? netns.slice(0, perRoundOfProcesses) : netns,
    ),
  );
  return {
    ...headOf(lone, context.rounds),
    reference,
    series: await measureRounds(context, lone.name, entrants, add),
    targets: [
      { contestant: fairlead, metric: add, atMost: 4 },
      { contestant: fairlead, metric: add, reference, atMost: 0.167 },
      { contestant: fairlead, metric: del, reference, atMost: 0.1 },
      { contestant: inProcess, metric: add, reference, atMost: 1 },
      { contestant: aProcess, metric: add, reference, atMost: 1 },
    ],
    notes: [
      "Type bridge with addresses of host-local, default route and masquerade, one call after another, each in a container's namespace of its own. Fairlead is the shim with `fairlead agent` behind it. Time runs from before the start of the plugin's process to its end, taken by a C program that starts it with vfork, as runtimes in Go do. All keep their leases in memory.",
      "In-process is the plugin called within a process that lives on, as its suites call it: neither shim nor agent, and no start of a process in the time.",
      "The reference masquerades with iptables, and starts it for that.",
      "An empty script is started by Node with the same options and ends at once: what of a process a call is Node's.",
      ...missingNote(missing),
    ],
  };
}

export const lone: Scenario = {
  name: "cni-lone",
  title: "ADD and DEL, one after another",
  run,
};
