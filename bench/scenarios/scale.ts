import { setTimeout as sleep } from "node:timers/promises";
import { serverCpu } from "../arena.ts";
import type {
  ClusterModel,
  Contestant,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { scrape } from "../measure/http.ts";
import { memory, peakMb } from "../measure/process.ts";
import { coredns } from "../rivals/coredns.ts";
import { corefilePorts } from "../rivals/corefile.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { knot } from "../rivals/knot.ts";
import { ownFigures, tableOverhead } from "./own-memory.ts";
import { type Entrant, type Figure, measureRounds, missingNote } from "./rounds.ts";

const size = { clusterIPs: 10_000, headless: 1_000, endpointsPerHeadless: 100 };
const quickSize = { clusterIPs: 1_000, headless: 100, endpointsPerHeadless: 20 };

const settleMs = 5_000;
const settled = "resident memory 5 s later";

/** Resident memory when the garbage of the start has had time to go. */
async function settledMb(pid: number): Promise<number> {
  await sleep(settleMs);
  return (await memory(pid)).rssMb;
}

async function figuresOf(server: RunningServer): Promise<readonly Figure[]> {
  const { rssMb, pssMb, anonymousMb } = await memory(server.pid);
  return [
    { metric: "start to ready", unit: "s", value: server.startedInMs / 1000 },
    { metric: "resident memory", unit: "MB", value: rssMb },
    { metric: "highest resident memory", unit: "MB", value: await peakMb(server.pid) },
    { metric: "proportional memory", unit: "MB", value: pssMb },
    { metric: "anonymous memory", unit: "MB", value: anonymousMb },
    { metric: settled, unit: "MB", value: await settledMb(server.pid) },
    ...ownFigures(await scrape(corefilePorts(server.port).metrics)),
  ];
}

function entrant(context: ScenarioContext, contestant: Contestant, model: ClusterModel): Entrant {
  return {
    name: contestant.name,
    measure: async () => {
      const server = await contestant.start({
        model,
        apiServer: contestant.readsApi ? await context.arena.apiServer(model) : "",
        directory: await context.arena.directory(),
        port: context.arena.nextPort(),
        cpu: serverCpu,
      });
      try {
        return await figuresOf(server);
      } finally {
        await server.stop();
      }
    },
  };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const model = buildCluster(context.quick ? quickSize : size);
  const { installed, missing } = await context.arena.choose([fairlead, coredns, knot]);
  const entrants = installed.map((contestant) => entrant(context, contestant, model));
  // Nothing drifts here, and each start takes seconds.
  const rounds = Math.min(context.rounds, 5);
  return {
    scenario: scale.name,
    title: scale.title,
    measuredAt: new Date().toISOString(),
    rounds,
    reference: "coredns",
    series: await measureRounds({ ...context, rounds }, scale.name, entrants, "start to ready"),
    targets: [
      { contestant: "fairlead", metric: "start to ready", atMost: 5 },
      { contestant: "fairlead", metric: settled, atMost: 250 },
      { contestant: "fairlead", metric: tableOverhead, atMost: 100 },
    ],
    notes: [
      "From the start of the program to the first answer for the last service, everything read over HTTP from one API server; Knot reads the same as a zone file.",
      ...missingNote(missing),
    ],
  };
}

export const scale: Scenario = {
  name: "scale",
  title: "10,000 services and 100,000 endpoints in 1,000 headless services",
  run,
};
