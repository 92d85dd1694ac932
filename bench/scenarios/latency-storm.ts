import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serverCpu } from "../arena.ts";
import { startPinned } from "../child.ts";
import type {
  Contestant,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { fetchText } from "../measure/http.ts";
import { fairlead, fairleadPrioritised } from "../rivals/fairlead.ts";
import { type LatencyRun, latencyFigures, p99At } from "./latency.ts";
import { type Entrant, type Figure, measureRounds } from "./rounds.ts";

const rate = 20_000;
const program = fileURLToPath(new URL("../load/storm-server.ts", import.meta.url));
const settleMs = 300;

interface Pair {
  readonly server: RunningServer;
  readonly apiPort: number;
}

/** A server, and an API of its own that can put it under a storm without disturbing another's. */
async function startPair(
  context: ScenarioContext,
  contestant: Contestant,
  run: LatencyRun,
): Promise<Pair> {
  const { arena } = context;
  const apiPort = arena.nextPort();
  const modelFile = join(run.directory, "model.json");
  await writeFile(modelFile, JSON.stringify(run.model));
  // The load spins on the other CPU: the storm runs here, behind everything else.
  const args = ["-n", "19", process.execPath, program, String(apiPort), modelFile];
  const api = await startPinned("nice", args, { cpu: serverCpu });
  arena.defer(api.stop);
  while ((await fetchText(apiPort, "/calm")).status !== 200) {
    context.signal.throwIfAborted();
    await sleep(50);
  }
  const server = await contestant.start({
    model: run.model,
    apiServer: `http://127.0.0.1:${apiPort}`,
    directory: await arena.directory(),
    port: arena.nextPort(),
    cpu: serverCpu,
  });
  arena.defer(() => server.stop());
  return { server, apiPort };
}

async function roundsSent(pair: Pair): Promise<number> {
  return Number((await fetchText(pair.apiPort, "/rounds")).text);
}

async function measureInStorm(pair: Pair, run: LatencyRun): Promise<readonly Figure[]> {
  await fetchText(pair.apiPort, "/storm");
  await sleep(settleMs);
  const before = await roundsSent(pair);
  const startMs = performance.now();
  const figures = await latencyFigures(pair.server, run);
  const seconds = (performance.now() - startMs) / 1000;
  const objects = ((await roundsSent(pair)) - before) * run.model.services.length;
  await fetchText(pair.apiPort, "/calm");
  await sleep(settleMs);
  return [...figures, { metric: "objects sent to it", unit: "1/s", value: objects / seconds }];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const run: LatencyRun = {
    model: buildCluster({ clusterIPs: 10_000, headless: 0, endpointsPerHeadless: 0 }),
    queriesPerSecond: rate,
    seconds: context.quick ? 1 : 3,
    directory: await context.arena.directory(),
  };
  context.progress.update(`${latencyStorm.name}: starting servers`);
  const plain = await startPair(context, fairlead, run);
  const prioritised = await startPair(context, fairleadPrioritised, run);
  const entrants: readonly Entrant[] = [
    { name: "idle", measure: () => latencyFigures(plain.server, run) },
    { name: "storm", measure: () => measureInStorm(plain, run) },
    { name: "idle, prioritised", measure: () => latencyFigures(prioritised.server, run) },
    { name: "storm, prioritised", measure: () => measureInStorm(prioritised, run) },
  ];
  return {
    scenario: latencyStorm.name,
    title: latencyStorm.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: "idle",
    series: await measureRounds(context, latencyStorm.name, entrants, p99At(rate)),
    targets: [
      { contestant: "storm, prioritised", metric: p99At(rate), reference: "idle", atMost: 2 },
    ],
    notes: [
      "Fairlead alone, all threads on one CPU. A relist is followed by a back-off of seconds, so a storm stands for relists without pause: its API server sends all 10,000 services as watch events as fast as they are read. Prioritised: the workers ask for SCHED_FIFO, which takes CAP_SYS_NICE.",
    ],
  };
}

export const latencyStorm: Scenario = {
  name: "latency-storm",
  title: "Latency while the main thread reads 10,000 services over and over",
  run,
};
