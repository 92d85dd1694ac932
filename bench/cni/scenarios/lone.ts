import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../proxy/words.ts";
import { type Entrant, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { median, quantile } from "../../stats.ts";
import { compiled, succeeded } from "../caller.ts";
import { processContestant, referenceContestant, shimContestant } from "../contestants.ts";
import type { Attacher, Call } from "../contract.ts";
import { attacher, containers, nodeName, nodes, startAgents } from "../scene.ts";
import { add, aProcess, del, fairlead, reference } from "../words.ts";

const perRound = 20;
/** A process a call takes its time. */
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
  const { arena, quick } = context;
  const topology = await nodes(context, 1);
  const [socket = ""] = await startAgents(context, topology, 1);
  const caller = await compiled(arena, "./programs/caller.c", "caller");
  const rival = referenceContestant();
  const contestants = [
    await shimContestant(arena, socket),
    ...(rival === undefined ? [] : [rival]),
    await processContestant(arena),
  ];
  const netns = containers(context, quick ? 3 : perRound);
  const entrants: Entrant[] = [];
  for (const [index, contestant] of contestants.entries()) {
    const network = { bridge: `cni${index}`, subnet: `10.${index + 1}.0.0/16`, masquerade: true };
    const place = topology.place(nodeName(0));
    const plugin = await attacher(context, place, caller, contestant, network);
    const own = plugin.name === aProcess ? netns.slice(0, perRoundOfProcesses) : netns;
    entrants.push(entrantOf(plugin, own));
  }
  return {
    ...headOf(lone, context.rounds),
    reference,
    series: await measureRounds(context, lone.name, entrants, add),
    targets: [
      { contestant: fairlead, metric: add, atMost: 4 },
      { contestant: fairlead, metric: add, reference, atMost: 0.167 },
      { contestant: fairlead, metric: del, reference, atMost: 0.1 },
      { contestant: aProcess, metric: add, reference, atMost: 1 },
    ],
    notes: [
      "Type bridge with addresses of host-local, default route and masquerade, one call after another, each in a container's namespace of its own. Fairlead is the shim with `fairlead agent` behind it. Time runs from before the start of the plugin's process to its end, taken by a C program that starts it with vfork, as runtimes in Go do. All keep their leases in memory.",
      "The reference masquerades with iptables, and starts it for that.",
      ...missingNote(rival === undefined ? [reference] : []),
    ],
  };
}

export const lone: Scenario = {
  name: "cni-lone",
  title: "ADD and DEL, one after another",
  run,
};
