import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FairleadError } from "#observe/errors.ts";
import { loadCpu } from "../arena.ts";
import type {
  ClusterModel,
  Contestant,
  LoadQuery,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
  Target,
} from "../contract.ts";
import { queryStream } from "../data/wire.ts";
import { type DnsperfLoad, runDnsperf } from "../load/dnsperf.ts";
import { cpuBetween } from "../measure/proc.ts";
import { cpuTime } from "../measure/process.ts";
import { type Figure, measureRounds, missingNote } from "./rounds.ts";

export const totalCpu = "total CPU per query";
const attempts = 4;
export const userCpu = "user CPU per query";

/** A scenario in which dnsperf asks as fast as it can, and what counts is the server's CPU time per answer. */
export interface ThroughputPlan {
  readonly name: string;
  readonly title: string;
  readonly reference: string;
  readonly contestants: readonly Contestant[];
  readonly targets: readonly Target[];
  readonly load: Pick<DnsperfLoad, "transport" | "clients" | "outstanding">;
  readonly notes: readonly string[];
  model(): ClusterModel;
  queries(model: ClusterModel): readonly LoadQuery[];
}

/**
 * dnsperf 2.10 now and then stalls over TCP after a few answers, whatever the server: such a run measures nothing
 * and is repeated.
 */
export async function measureThroughput(
  server: RunningServer,
  load: DnsperfLoad,
): Promise<readonly Figure[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await measureOnce(server, load);
    } catch (error) {
      const stalled = error instanceof FairleadError && error.code === "FL-B003";
      if (!stalled || attempt === attempts) throw error;
    }
  }
}

async function measureOnce(server: RunningServer, load: DnsperfLoad): Promise<readonly Figure[]> {
  const before = await cpuTime(server.pid);
  const figures = await runDnsperf(load);
  const cpu = cpuBetween(before, await cpuTime(server.pid));
  const perQuery = (milliseconds: number): number => (milliseconds * 1000) / figures.completed;
  const percentOf = (part: number, whole: number): number => (100 * part) / whole;
  return [
    { metric: userCpu, unit: "µs", value: perQuery(cpu.userMs) },
    { metric: "system CPU per query", unit: "µs", value: perQuery(cpu.systemMs) },
    { metric: totalCpu, unit: "µs", value: perQuery(cpu.userMs + cpu.systemMs) },
    { metric: "answers", unit: "1/s", value: figures.queriesPerSecond },
    { metric: "lost", unit: "%", value: percentOf(figures.lost, figures.sent) },
    {
      metric: "answers with NXDOMAIN",
      unit: "%",
      value: percentOf(figures.rcodes.NXDOMAIN ?? 0, figures.completed),
    },
  ];
}

async function run(plan: ThroughputPlan, context: ScenarioContext): Promise<ScenarioResult> {
  const model = plan.model();
  const queryFile = join(await context.arena.directory(), "queries");
  await writeFile(queryFile, queryStream(plan.queries(model)));
  const { servers, missing } = await context.arena.serve(model, plan.contestants);
  const seconds = context.quick ? 1 : 3;
  const entrants = servers.map((server) => ({
    name: server.name,
    measure: () =>
      measureThroughput(server, {
        ...plan.load,
        port: server.port,
        queryFile,
        seconds,
        cpu: loadCpu,
      }),
  }));
  const series = await measureRounds(context, plan.name, entrants, totalCpu);
  return {
    scenario: plan.name,
    title: plan.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: plan.reference,
    series,
    targets: plan.targets,
    notes: [...plan.notes, ...missingNote(missing)],
  };
}

export function throughputScenario(plan: ThroughputPlan): Scenario {
  return { name: plan.name, title: plan.title, run: (context) => run(plan, context) };
}
