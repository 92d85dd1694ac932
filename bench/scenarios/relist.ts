import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import { loadCpu, serverCpu } from "../arena.ts";
import type {
  Contestant,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { quickSlicedSize, slicedSize, slicesPerService } from "../data/slices.ts";
import { measureLatency, type TimedFigures } from "../load/open-loop-process.ts";
import { type RelistProcess, startRelistProcess } from "../load/relist-process.ts";
import { scrape } from "../measure/http.ts";
import { forgetPeak, memory, peakMb } from "../measure/process.ts";
import { corefilePorts, kubeconfigCorefile } from "../rivals/corefile.ts";
import { fairleadVariant } from "../rivals/fairlead.ts";
import { untilReady } from "../rivals/ready.ts";
import { type LatencyRun, latencyLoad } from "./latency.ts";
import { type Entrant, type Figure, measureRounds } from "./rounds.ts";

const settleMs = 5_000;
const relistTimeoutMs = 60_000;
/** The kinds whose lists make up the 110,000 objects. */
const kinds = /kind="(?:Service|EndpointSlice)"/;

const memoryRise = "rise of peak memory in the relist";
const p99Ratio = "p99 in the relist, of idle";
const wrongAnswers = "wrong answers in the relist";
const toReady = "start to /ready";

interface Started {
  readonly server: RunningServer;
  readonly readySeconds: number;
}

async function start(
  context: ScenarioContext,
  contestant: Contestant,
  run: LatencyRun,
): Promise<Started> {
  const port = context.arena.nextPort();
  const { model, directory } = run;
  const [server, readySeconds] = await Promise.all([
    // The API server is the kubeconfig's.
    contestant.start({ model, apiServer: "", directory, port, cpu: serverCpu }),
    untilReady(port, context.signal),
  ]);
  return { server, readySeconds };
}

/** When the last of the lists that began after `sinceMs` was taken over; waits until all of them are. */
async function untilListed(server: RunningServer, sinceMs: number): Promise<number> {
  const { metrics } = corefilePorts(server.port);
  while (Date.now() - sinceMs < relistTimeoutMs) {
    const samples = (await scrape(metrics)).filter(
      ({ name, labels }) => name === "fairlead_watch_last_list_age_seconds" && kinds.test(labels),
    );
    const listedMs = samples.map(({ value }) => Date.now() - value * 1000);
    if (listedMs.length > 0 && listedMs.every((at) => at > sinceMs)) return Math.max(...listedMs);
    await sleep(100);
  }
  throw new FairleadError("FL-B003", `${server.name} has not listed again in a minute`);
}

/** Share of the load's time in which the relist was under way. */
function overlap(load: TimedFigures, seconds: number, begunMs: number, listedMs: number): number {
  const endMs = load.startedAtMs + seconds * 1000;
  const sharedMs = Math.min(endMs, listedMs) - Math.max(load.startedAtMs, begunMs);
  return Math.max(0, sharedMs) / (seconds * 1000);
}

async function figuresOf(
  context: ScenarioContext,
  { server, readySeconds }: Started,
  api: RelistProcess,
  run: LatencyRun,
): Promise<readonly Figure[]> {
  const client = { cpu: loadCpu, directory: run.directory };
  await sleep(context.quick ? 500 : settleMs);
  // A server that has just started has yet to compile what answers.
  await measureLatency(server.port, latencyLoad({ ...run, seconds: 1 }), client);
  const { rssMb } = await memory(server.pid);
  const idle = await measureLatency(server.port, latencyLoad(run), client);
  await api.expireAndHold();
  await forgetPeak(server.pid);
  const measuring = measureLatency(server.port, latencyLoad(run), client);
  const begunMs = Date.now();
  api.release();
  const busy = await measuring;
  const listedMs = await untilListed(server, begunMs);
  const peak = await peakMb(server.pid);
  return [
    { metric: toReady, unit: "s", value: readySeconds },
    { metric: "settled resident memory", unit: "MB", value: rssMb },
    { metric: "peak resident memory in the relist", unit: "MB", value: peak },
    { metric: memoryRise, unit: "%", value: 100 * (peak / rssMb - 1) },
    { metric: "p50 idle", unit: "µs", value: idle.p50Us },
    { metric: "p99 idle", unit: "µs", value: idle.p99Us },
    { metric: "p50 in the relist", unit: "µs", value: busy.p50Us },
    { metric: "p99 in the relist", unit: "µs", value: busy.p99Us },
    { metric: p99Ratio, unit: "×", value: busy.p99Us / idle.p99Us },
    { metric: "p99.9 in the relist", unit: "µs", value: busy.p999Us },
    { metric: "client's own lag, p99 in the relist", unit: "µs", value: busy.sendLagP99Us },
    { metric: "lost in the relist", unit: "%", value: (100 * busy.lost) / busy.scheduled },
    { metric: wrongAnswers, unit: "answers", value: busy.wrong },
    { metric: "relist took", unit: "s", value: (listedMs - begunMs) / 1000 },
    {
      metric: "load's time within the relist",
      unit: "%",
      value: 100 * overlap(busy, run.seconds, begunMs, listedMs),
    },
  ];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const run: LatencyRun = {
    model: buildCluster(context.quick ? quickSlicedSize : slicedSize),
    queriesPerSecond: 20_000,
    seconds: context.quick ? 0.5 : 2,
    directory: await context.arena.directory(),
  };
  context.progress.update(`${relist.name}: API server`);
  const api = await startRelistProcess(context, {
    model: run.model,
    slicesPerService,
    behindOthers: true,
  });
  const corefile = kubeconfigCorefile(api.kubeconfig);
  const contestants = [
    fairleadVariant({ name: "fairlead", corefile }),
    fairleadVariant({
      name: "fairlead, prioritised",
      corefile,
      flags: ["-dns.priority", "fifo"],
    }),
  ];
  const entrants = contestants.map(
    (contestant): Entrant => ({
      name: contestant.name,
      measure: async () => {
        const started = await start(context, contestant, run);
        try {
          return await figuresOf(context, started, api, run);
        } finally {
          await started.server.stop();
        }
      },
    }),
  );
  // A start, a settling and a relist each take seconds.
  const rounds = Math.min(context.rounds, 5);
  return {
    scenario: relist.name,
    title: relist.title,
    measuredAt: new Date().toISOString(),
    rounds,
    series: await measureRounds({ ...context, rounds }, relist.name, entrants, p99Ratio),
    targets: [
      { contestant: "fairlead", metric: memoryRise, atMost: 30 },
      { contestant: "fairlead, prioritised", metric: p99Ratio, atMost: 2 },
      { contestant: "fairlead", metric: wrongAnswers, atMost: 0 },
      { contestant: "fairlead, prioritised", metric: wrongAnswers, atMost: 0 },
    ],
    notes: [
      "Fairlead alone, all threads on one CPU; the API server (TLS, HTTP/2, streamed lists) runs behind everything else and, while the load spins on the other CPU, on the same one.",
      "Every round starts the server anew, for the pauses after a 410 double. The API server ends all watches, is stopped until all kinds ask for their lists, and goes on when the load starts: the load's two seconds begin once its program has started and warmed up. How much of them lay within the relist is in the table; each answer is compared with the service's address.",
    ],
  };
}

export const relist: Scenario = {
  name: "relist",
  title: "A relist of 10,000 services and 100,000 EndpointSlices over TLS",
  run,
};
