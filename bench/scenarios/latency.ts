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
import type { LatencyFigures } from "../load/latency-ledger.ts";
import { type Load, measureLatencies } from "../load/open-loop-process.ts";
import { coredns } from "../rivals/coredns.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { fairleadDgram } from "../rivals/fairlead-dgram.ts";
import { knot } from "../rivals/knot.ts";
import { roundOrder } from "../stats.ts";
import { type Figure, measureTogether, missingNote } from "./rounds.ts";

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

/** The load of a run: A of random ClusterIP services. */
export function latencyLoad({ model, queriesPerSecond, seconds }: LatencyRun): Load {
  return { queries: serviceQueries(model, 2000), queriesPerSecond, seconds, sockets };
}

function figuresOf(figures: LatencyFigures, rate: number): Figure[] {
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

/**
 * Latency percentiles of servers that are asked by turns at one rate. A run of a lone server in which the client itself
 * fell behind its schedule tells of the machine, not of the server: it is repeated, whatever it did in it, and the last
 * one stands. Several servers are disturbed alike.
 */
async function figuresByTurns(
  servers: readonly RunningServer[],
  run: LatencyRun,
): Promise<readonly (readonly Figure[])[]> {
  const { queriesPerSecond, directory } = run;
  const load = { ...latencyLoad(run), ports: servers.map(({ port }) => port) };
  for (let attempt = 1; ; attempt += 1) {
    const result = await measureLatencies(load, { cpu: loadCpu, directory });
    const lagUs = Math.max(...result.servers.map(({ sendLagP99Us }) => sendLagP99Us));
    if (servers.length === 1 && lagUs > tolerableLagUs && attempt < attempts) continue;
    return result.servers.map((figures) => figuresOf(figures, queriesPerSecond));
  }
}

/** Latency percentiles of one server at one rate. */
export async function latencyFigures(
  server: RunningServer,
  run: LatencyRun,
): Promise<readonly Figure[]> {
  return (await figuresByTurns([server], run)).flat();
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const model = buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 });
  const contestants = [knot, fairlead, fairleadDgram, coredns];
  const { servers, missing } = await context.arena.serve(model, contestants);
  const directory = await context.arena.directory();
  const seconds = context.quick ? 1 : 3;
  const measure = async function* (
    round: number,
  ): AsyncGenerator<readonly [string, readonly Figure[]]> {
    for (const queriesPerSecond of rates) {
      const run = { model, queriesPerSecond, seconds, directory };
      // Nobody is the first of each run, nor the first after itself.
      const ordered = roundOrder(servers, round);
      const figures = await figuresByTurns(ordered, run);
      for (const [index, { name }] of ordered.entries()) yield [name, figures[index] ?? []];
    }
  };
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
    series: await measureTogether(context, latency.name, measure, p99At(rates[0] ?? 0)),
    targets,
    notes: [
      "Open loop: queries leave on schedule from 16 ports whatever comes back, and latency counts from the scheduled time. The servers are asked by turns of a tenth of a second, so that the machine disturbs them alike. The client's own lag is the floor of what it can tell.",
      ...missingNote(missing),
    ],
  };
}

export const latency: Scenario = {
  name: "latency",
  title: "Latency at fixed rates, A over UDP",
  run,
};
