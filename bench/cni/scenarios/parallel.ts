import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { median, quantile } from "../../stats.ts";
import { succeeded } from "../caller.ts";
import type { Attacher, Call } from "../contract.ts";
import { attachers, containers } from "../scene.ts";
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
  const { plugins, missing } = await attachers(context, { ways: "node" });
  const netns = containers(context, context.quick ? 10 : count);
  const entrants = plugins.map((plugin) => entrantOf(plugin, netns));
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
      ...missingNote(missing),
    ],
  };
}

export const parallel: Scenario = {
  name: "cni-parallel",
  title: "100 ADDs at once",
  run,
};
