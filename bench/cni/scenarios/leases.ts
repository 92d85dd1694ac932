import { setTimeout as sleep } from "node:timers/promises";
import { startProgram } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, measureRounds } from "../../scenarios/rounds.ts";
import { median } from "../../stats.ts";
import { attacherIn, compiled, succeeded } from "../caller.ts";
import { referenceContestant, shimContestant } from "../contestants.ts";
import type { Call } from "../contract.ts";
import type { LeaseCalls } from "../programs/leases.ts";
import {
  configuration,
  containers,
  leaseFolder,
  nodeName,
  nodes,
  startAgents,
  written,
} from "../scene.ts";
import { add, del, fairlead } from "../words.ts";

const sizes = [10, 1_000, 10_000];
const quickSizes = [10, 100];
const perRound = 10;
const settleMs = 100;

const nameOf = (name: string, leases: number): string =>
  `${name}, ${leases.toLocaleString("en-US")} leases`;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { arena, quick } = context;
  const caller = await compiled(arena, "./programs/caller.c", "caller");
  const rival = referenceContestant();
  const measured = quick ? quickSizes : sizes;
  const entrants: Entrant[] = [];
  for (const leases of measured) {
    context.progress.update(`${leasesScenario.name}: ${leases} leases`);
    // A node for each, as rules are in the way of nobody else's then.
    const topology = await nodes(context, 1);
    const place = topology.place(nodeName(0));
    const [socket = ""] = await startAgents(context, topology, 1);
    const filler = startProgram<LeaseCalls>(
      place.pid,
      new URL("../programs/leases.ts", import.meta.url),
    );
    const contestants = [
      await shimContestant(arena, socket),
      ...(rival === undefined ? [] : [rival]),
    ];
    const netns = containers(context, quick ? 3 : perRound);
    for (const [index, contestant] of contestants.entries()) {
      const subnet = `10.${index + 1}.0.0/16`;
      const network = { bridge: `cni${index}`, subnet, masquerade: true };
      const config = configuration(network, leaseFolder(context));
      await filler.call("fill", {
        config,
        network: network.bridge,
        subnet,
        from: 0,
        to: leases,
        withRules: contestant.name === fairlead,
      });
      const plugin = attacherIn(place, caller, contestant, await written(arena, config));
      let round = 0;
      entrants.push({
        name: nameOf(contestant.name, leases),
        async measure() {
          round += 1;
          const lone = (command: Call["command"]) =>
            plugin.call(netns.map((path, at) => [{ command, id: `r${round}c${at}`, netns: path }]));
          const added = succeeded(plugin.name, await lone("ADD"));
          await sleep(settleMs);
          const deleted = succeeded(plugin.name, await lone("DEL"));
          return [
            { metric: add, unit: "ms", value: median(added.map(({ tookMs }) => tookMs)) },
            { metric: del, unit: "ms", value: median(deleted.map(({ tookMs }) => tookMs)) },
          ];
        },
      });
    }
    await filler.stop();
  }
  const [small = "", large = ""] = [measured[0], measured.at(-1)].map((size) =>
    nameOf(fairlead, size ?? 0),
  );
  return {
    ...headOf(leasesScenario, context.rounds),
    reference: small,
    series: await measureRounds(context, leasesScenario.name, entrants, add),
    targets: [{ contestant: large, metric: add, reference: small, atMost: 1.2 }],
    notes: [
      "Each number of leases on a node of its own. Fairlead's are masqueraded as well, so its rules grow with them; of the reference's there are the lease files alone, which is in its favour.",
    ],
  };
}

export const leasesScenario: Scenario = {
  name: "cni-leases",
  title: "ADD and DEL on a node that has leases already",
  run,
};
