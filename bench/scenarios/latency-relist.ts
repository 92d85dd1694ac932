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
const program = fileURLToPath(new URL("../load/relist-server.ts", import.meta.url));
const settleMs = 300;

interface Pair {
  readonly server: RunningServer;
  readonly apiPort: number;
}

/** A server, and an API of its own that can send it into relists without disturbing another's. */
async function startPair(
  context: ScenarioContext,
  contestant: Contestant,
  run: LatencyRun,
): Promise<Pair> {
  const { arena } = context;
  const apiPort = arena.nextPort();
  const modelFile = join(run.directory, "model.json");
  await writeFile(modelFile, JSON.stringify(run.model));
  // The load spins on the other CPU: what feeds the relists runs here, behind everything else.
  const args = ["-n", "19", process.execPath, program, String(apiPort), modelFile];
  const api = await startPinned("nice", args, { cpu: serverCpu });
  arena.defer(api.stop);
  while ((await fetchText(apiPort, "/quiet")).status !== 200) {
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

async function listsServed(pair: Pair): Promise<number> {
  return Number((await fetchText(pair.apiPort, "/lists")).text);
}

async function measureBusy(pair: Pair, run: LatencyRun): Promise<readonly Figure[]> {
  await fetchText(pair.apiPort, "/busy");
  await sleep(settleMs);
  const before = await listsServed(pair);
  const startMs = performance.now();
  const figures = await latencyFigures(pair.server, run);
  const seconds = (performance.now() - startMs) / 1000;
  const relists = (await listsServed(pair)) - before;
  await fetchText(pair.apiPort, "/quiet");
  await sleep(settleMs);
  return [...figures, { metric: "relists", unit: "1/s", value: relists / seconds }];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const run: LatencyRun = {
    model: buildCluster({ clusterIPs: 10_000, headless: 0, endpointsPerHeadless: 0 }),
    queriesPerSecond: rate,
    seconds: context.quick ? 1 : 3,
    directory: await context.arena.directory(),
  };
  context.progress.update(`${latencyRelist.name}: starting servers`);
  const plain = await startPair(context, fairlead, run);
  const prioritised = await startPair(context, fairleadPrioritised, run);
  const entrants: readonly Entrant[] = [
    { name: "idle", measure: () => latencyFigures(plain.server, run) },
    { name: "relist", measure: () => measureBusy(plain, run) },
    { name: "idle, prioritised", measure: () => latencyFigures(prioritised.server, run) },
    { name: "relist, prioritised", measure: () => measureBusy(prioritised, run) },
  ];
  return {
    scenario: latencyRelist.name,
    title: latencyRelist.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: "idle",
    series: await measureRounds(context, latencyRelist.name, entrants, p99At(rate)),
    targets: [
      { contestant: "relist, prioritised", metric: p99At(rate), reference: "idle", atMost: 2 },
    ],
    notes: [
      "Fairlead alone, all threads on one CPU: its API server expires every watch at once, so that the main thread lists and decodes 10,000 services again and again. Prioritised: the workers ask for SCHED_FIFO.",
    ],
  };
}

export const latencyRelist: Scenario = {
  name: "latency-relist",
  title: "Latency while the main thread relists 10,000 services",
  run,
};
