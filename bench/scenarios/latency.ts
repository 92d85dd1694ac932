import { loadCpu } from "../arena.ts";
import type {
  ClusterModel,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
  Target,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import type { OpenLoopLoad } from "../load/open-loop.ts";
import { measureLatency, type TimedFigures } from "../load/open-loop-process.ts";
import { coredns } from "../rivals/coredns.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { fairleadDgram } from "../rivals/fairlead-dgram.ts";
import { knot } from "../rivals/knot.ts";
import { type Figure, measureRounds, missingNote } from "./rounds.ts";

const rates = [20_000, 60_000];
const sockets = 16;
const attempts = 3;
const tolerableLagUs = 500;

export interface LatencyRun {
  readonly model: ClusterModel;
  readonly queriesPerSecond: number;
  readonly seconds: number;
  readonly directory: string;
}

export const p99At = (rate: number): string => `p99 at ${rate / 1000} k/s`;

/**
 * A run in which the client itself fell behind its schedule tells of the machine, not of the server: it is repeated,
 * whatever the server did in it, and the last one stands.
 */
async function measureUndisturbed(load: OpenLoopLoad, directory: string): Promise<TimedFigures> {
  for (let attempt = 1; ; attempt += 1) {
    const figures = await measureLatency(load, { cpu: loadCpu, directory });
    if (figures.sendLagP99Us <= tolerableLagUs || attempt === attempts) return figures;
  }
}

/** The load of a run: A of random ClusterIP services. */
export function latencyLoad(server: RunningServer, run: LatencyRun): OpenLoopLoad {
  const { queriesPerSecond, seconds } = run;
  const queries = serviceQueries(run.model, 2000);
  return { port: server.port, queries, queriesPerSecond, seconds, sockets };
}

/** Latency percentiles of one server at one rate. */
export async function latencyFigures(server: RunningServer, run: LatencyRun): Promise<Figure[]> {
  const rate = run.queriesPerSecond;
  const figures = await measureUndisturbed(latencyLoad(server, run), run.directory);
  const at = `at ${rate / 1000} k/s`;
  return [
    { metric: `p50 ${at}`, unit: "µs", value: figures.p50Us },
    { metric: p99At(rate), unit: "µs", value: figures.p99Us },
    { metric: `p99.9 ${at}`, unit: "µs", value: figures.p999Us },
    { metric: `client's own lag, p99 ${at}`, unit: "µs", value: figures.sendLagP99Us },
    { metric: `lost ${at}`, unit: "%", value: (100 * figures.lost) / figures.scheduled },
    { metric: `wrong ${at}`, unit: "answers", value: figures.wrong },
  ];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const model = buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 });
  const contestants = [knot, fairlead, fairleadDgram, coredns];
  const { servers, missing } = await context.arena.serve(model, contestants);
  const directory = await context.arena.directory();
  const seconds = context.quick ? 1 : 3;
  const entrants = servers.map((server) => ({
    name: server.name,
    measure: async () => {
      const figures: Figure[] = [];
      for (const queriesPerSecond of rates) {
        figures.push(
          ...(await latencyFigures(server, { model, queriesPerSecond, seconds, directory })),
        );
      }
      return figures;
    },
  }));
  const targets = rates.map(
    (rate): Target => ({
      contestant: "fairlead",
      metric: p99At(rate),
      reference: "knot",
      atMost: 1.0,
    }),
  );
  return {
    scenario: latency.name,
    title: latency.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: "knot",
    series: await measureRounds(context, latency.name, entrants, p99At(rates[0] ?? 0)),
    targets,
    notes: [
      "Open loop: queries leave on schedule from 16 ports whatever comes back, and latency counts from the scheduled time. The client's own lag is the floor of what it can tell; a run in which it exceeds 0.5 ms is repeated, twice at most.",
      ...missingNote(missing),
    ],
  };
}

export const latency: Scenario = {
  name: "latency",
  title: "Latency at fixed rates, A over UDP",
  run,
};
