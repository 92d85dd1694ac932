import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCpu } from "../arena.ts";
import type { RunningServer, Scenario, ScenarioContext, ScenarioResult } from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import { queryStream } from "../data/wire.ts";
import { runDnsperf } from "../load/dnsperf.ts";
import { countCollections } from "../measure/gc-trace.ts";
import { memory } from "../measure/process.ts";
import { fairleadVariant } from "../rivals/fairlead.ts";
import { type Figure, measureRounds } from "./rounds.ts";

const queriesInFile = 10_000;
const queryCount = 1_000_000;

const traced = fairleadVariant({ name: "fairlead", nodeFlags: ["--trace-gc"] });

interface Collections {
  readonly main: number;
  readonly workers: number;
}

function collections(server: RunningServer): Collections {
  const [main = 0, ...workers] = countCollections(server.output());
  return { main, workers: workers.reduce((sum, count) => sum + count, 0) };
}

async function measure(server: RunningServer, queryFile: string): Promise<readonly Figure[]> {
  const before = { memory: await memory(server.pid), collections: collections(server) };
  const { completed } = await runDnsperf({
    port: server.port,
    queryFile,
    transport: "udp",
    seconds: 30,
    repetitions: queryCount / queriesInFile,
    clients: 8,
    outstanding: 200,
    cpu: loadCpu,
  });
  const after = { memory: await memory(server.pid), collections: collections(server) };
  return [
    { metric: "queries answered", unit: "", value: completed },
    {
      metric: "garbage collections in workers",
      unit: "",
      value: after.collections.workers - before.collections.workers,
    },
    {
      metric: "garbage collections in the main thread",
      unit: "",
      value: after.collections.main - before.collections.main,
    },
    {
      metric: "growth of anonymous memory",
      unit: "MB",
      value: after.memory.anonymousMb - before.memory.anonymousMb,
    },
  ];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const model = buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 });
  const queryFile = join(await context.arena.directory(), "queries");
  await writeFile(queryFile, queryStream(serviceQueries(model, queriesInFile)));
  const { servers } = await context.arena.serve(model, [traced]);
  const entrants = servers.map((server) => ({
    name: server.name,
    measure: () => measure(server, queryFile),
  }));
  const rounds = Math.min(context.rounds, 5);
  const headline = "garbage collections in workers";
  return {
    scenario: heap.name,
    title: heap.title,
    measuredAt: new Date().toISOString(),
    rounds,
    series: await measureRounds({ ...context, rounds }, heap.name, entrants, headline),
    targets: [
      { contestant: "fairlead", metric: headline, atMost: 0 },
      { contestant: "fairlead", metric: "growth of anonymous memory", atMost: 1 },
    ],
    notes: [
      "A thread that allocates per query must collect its young generation every few ten thousand queries: none in a million means none was allocated. A warm-up round of as many queries goes before.",
    ],
  };
}

export const heap: Scenario = {
  name: "heap",
  title: "What a million queries leave in memory",
  run,
};
