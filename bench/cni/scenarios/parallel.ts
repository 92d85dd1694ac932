import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../proxy/words.ts";
import { type Entrant, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { median, quantile } from "../../stats.ts";
import { compiled, succeeded } from "../caller.ts";
import { referenceContestant, shimContestant } from "../contestants.ts";
import type { Attacher, Call } from "../contract.ts";
import { attacher, containers, nodeName, nodes, startAgents } from "../scene.ts";
import { fairlead, reference } from "../words.ts";

const count = 100;
const mostRounds = 9;
const settleMs = 300;
const p99 = "ADD, p99";
const failed = "ADDs that failed";
const twice = "addresses given twice";

function entrantOf(plugin: Attacher, netns: readonly string[]): Entrant {
  let round = 0;
  return {
    name: plugin.name,
    async measure() {
      round += 1;
      const all = (command: Call["command"]) =>
        plugin.call([
          netns.map((path, index) => ({ command, id: `p${round}c${index}`, netns: path })),
        ]);
      const added = await all("ADD");
      const fine = added.filter(({ status }) => status === 0);
      const addresses = new Set(
        fine.map(({ stdout }) => /"address": *"([^"]+)"/.exec(stdout)?.[1]),
      );
      const took = added.map(({ tookMs }) => tookMs);
      await sleep(settleMs);
      const deleted = succeeded(plugin.name, await all("DEL")).map(({ tookMs }) => tookMs);
      await sleep(settleMs);
      return [
        { metric: p99, unit: "ms", value: quantile(took, 0.99) },
        { metric: "ADD, p50", unit: "ms", value: median(took) },
        { metric: failed, unit: "", value: added.length - fine.length },
        { metric: twice, unit: "", value: fine.length - addresses.size },
        { metric: "DEL, p99", unit: "ms", value: quantile(deleted, 0.99) },
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
  ];
  const netns = containers(context, quick ? 10 : count);
  const entrants: Entrant[] = [];
  for (const [index, contestant] of contestants.entries()) {
    const network = { bridge: `cni${index}`, subnet: `10.${index + 1}.0.0/16`, masquerade: true };
    const place = topology.place(nodeName(0));
    entrants.push(entrantOf(await attacher(context, place, caller, contestant, network), netns));
  }
  const rounds = Math.min(context.rounds, mostRounds);
  return {
    ...headOf(parallel, rounds),
    reference,
    series: await measureRounds({ ...context, rounds }, parallel.name, entrants, p99),
    targets: [
      { contestant: fairlead, metric: p99, atMost: 150 },
      { contestant: fairlead, metric: failed, atMost: 0 },
      { contestant: fairlead, metric: twice, atMost: 0 },
    ],
    notes: [
      "All processes are started as fast as one thread can; each one's time is its own. What is measured is else that of cni-lone.",
      ...missingNote(rival === undefined ? [reference] : []),
    ],
  };
}

export const parallel: Scenario = {
  name: "cni-parallel",
  title: "100 ADDs at once",
  run,
};
