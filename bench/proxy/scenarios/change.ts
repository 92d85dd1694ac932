import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import { median } from "../../stats.ts";
import type { ChangeFigures, ChangeKind, RivalShape } from "../contract.ts";
import { hasEndpoints } from "../data/mix.ts";
import { chainPerEndpoint, mapPerService } from "../data/rival-rules.ts";
import type { RivalCalls } from "../programs/rivals.ts";
import type { TableCalls } from "../programs/tables.ts";
import { bareNode, programIn } from "../scene.ts";
import { fairlead, servicesText } from "../words.ts";

const sizes = [1_000, 10_000, 30_000];
const quickSizes = [100, 200, 300];
const changesEach = 40;
const rivalChangesEach = 3;
const batchSize = 100;
const batches = 6;
const kinds: readonly ChangeKind[] = ["swap", "count", "add", "remove"];

const words: Readonly<Record<ChangeKind, string>> = {
  swap: "an endpoint for another",
  count: "an endpoint more or fewer",
  add: "a Service more",
  remove: "a Service fewer",
};
const commitOf = (kind: ChangeKind): string => `commit, ${words[kind]}`;
const batchRatio = `commit, ${batchSize} Services with an endpoint more or fewer, of one`;
const batchCommit = `commit, ${batchSize} of these at once`;
const nftRun = (kind: ChangeKind): string => `whole change, ${words[kind]}`;

/** Services all over the cluster that have endpoints. */
function spread(services: number, count: number): readonly number[] {
  const stride = 89;
  const found: number[] = [];
  for (let step = 0; found.length < count; step += 1) {
    const index = (step * stride) % services;
    if (hasEndpoints(index)) found.push(index);
  }
  return found;
}

/** Changes come in pairs of which the second undoes the first: what is measured later is as it was. */
async function pairs<T>(
  kind: ChangeKind,
  services: number,
  count: number,
  change: (kind: ChangeKind, index: number, round: number) => Promise<T>,
): Promise<readonly T[]> {
  const indexes = spread(services, count);
  const results: T[] = [];
  for (const index of indexes)
    for (const round of [1, 2]) results.push(await change(kind, index, round));
  return results;
}

async function ownFigures(
  program: Program<TableCalls>,
  services: number,
): Promise<readonly Figure[]> {
  const one = (kind: ChangeKind, index: number, round: number): Promise<ChangeFigures> =>
    program.call("change", { kind, indexes: [index], round });
  const taken: Record<ChangeKind, readonly ChangeFigures[]> = {
    swap: await pairs("swap", services, changesEach / 2, one),
    count: await pairs("count", services, changesEach / 2, one),
    add: [],
    remove: [],
  };
  const [added, removed]: ChangeFigures[][] = [[], []];
  for (let extra = 0; extra < changesEach / 2; extra += 1) {
    added?.push(await one("add", services + extra, 0));
    removed?.push(await one("remove", services + extra, 0));
  }
  taken.add = added ?? [];
  taken.remove = removed ?? [];
  const batch: ChangeFigures[] = [];
  const indexes = spread(services, Math.min(batchSize, services / 2));
  for (let round = 1; round <= batches; round += 1)
    batch.push(await program.call("change", { kind: "count", indexes, round }));
  const commitMs = (of: readonly ChangeFigures[]): number =>
    median(of.map((each) => each.commitMs));
  const restMs = (of: readonly ChangeFigures[]): number =>
    median(of.map((each) => each.totalMs - each.commitMs));
  const perKind = (metric: (kind: ChangeKind) => string, value: typeof commitMs): Figure[] =>
    kinds.map((kind) => ({ metric: metric(kind), unit: "ms", value: value(taken[kind]) }));
  return [
    ...perKind(commitOf, commitMs),
    { metric: batchCommit, unit: "ms", value: commitMs(batch) },
    { metric: batchRatio, unit: "×", value: commitMs(batch) / commitMs(taken.count) },
    ...perKind((kind) => `rest, ${words[kind]}`, restMs),
    ...perKind(nftRun, (of) => median(of.map((each) => each.totalMs))),
  ];
}

async function own(context: ScenarioContext, services: number): Promise<Entrant> {
  context.progress.update(`${change.name}: ${servicesText(services)}`);
  const program = programIn<TableCalls>(context, await bareNode(context), "tables.ts");
  await program.call("start", { services });
  return { name: nameOf(fairlead, services), measure: () => ownFigures(program, services) };
}

async function rival(
  context: ScenarioContext,
  { name: shape }: RivalShape,
  services: number,
): Promise<Entrant> {
  context.progress.update(`${change.name}: ${shape}, ${servicesText(services)}`);
  const program = programIn<RivalCalls>(context, await bareNode(context), "rivals.ts");
  await program.call("load", { shape, services });
  let serial = 0;
  const one = (kind: ChangeKind, index: number, round: number): Promise<number> =>
    program.call("change", { shape, kind, index, round: kind === "swap" ? ++serial : round });
  return {
    name: nameOf(shape, services),
    measure: async () => {
      const swap = await pairs("swap", services, rivalChangesEach, one);
      const count = await pairs("count", services, rivalChangesEach, one);
      const [add, remove]: [number[], number[]] = [[], []];
      for (let extra = 0; extra < rivalChangesEach; extra += 1) {
        add.push(await one("add", services + extra, 0));
        remove.push(await one("remove", services + extra, 0));
      }
      const taken = { swap, count, add, remove };
      return kinds.map((kind) => ({
        metric: nftRun(kind),
        unit: "ms",
        value: median(taken[kind]),
      }));
    },
  };
}

function nameOf(contestant: string, services: number): string {
  return `${contestant}, ${servicesText(services)}`;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const measured = context.quick ? quickSizes : sizes;
  const [small = 0, middle = 0, large = 0] = measured;
  const entrants: Entrant[] = [];
  for (const services of measured) entrants.push(await own(context, services));
  for (const shape of [chainPerEndpoint, mapPerService])
    for (const services of [small, middle]) entrants.push(await rival(context, shape, services));
  const rounds = Math.min(context.rounds, 5);
  const most = (services: number, metric: string, atMost: number) => ({
    contestant: nameOf(fairlead, services),
    metric,
    atMost,
  });
  return {
    ...headOf(change, rounds),
    reference: nameOf(fairlead, middle),
    series: await measureRounds({ ...context, rounds }, change.name, entrants, commitOf("count")),
    targets: [
      ...measured.map((services) => most(services, commitOf("swap"), 0.5)),
      most(middle, commitOf("count"), 3),
      most(large, commitOf("count"), 8),
      ...measured.map((services) => most(services, batchRatio, 2)),
      // What two lone changes may take.
      most(middle, batchCommit, 6),
      most(large, batchCommit, 16),
      {
        contestant: nameOf(fairlead, large),
        metric: `rest, ${words.count}`,
        reference: nameOf(fairlead, middle),
        atMost: 1.25,
      },
    ],
    notes: [
      `The whole change is from the cluster state's change to the end of the commit; what it takes beside the commit (plan, layout, the way back) is the rest. Medians of ${changesEach} changes a round, of Services all over the cluster. The batch is one change of the state in which ${batchSize} Services get an endpoint fewer, or get it back: its one commit is compared with the commit of one such Service, in the same round. What a lone change costs no longer grows with the table, so that a batch is as many times one as its elements take: where a lone change walked over the table, as rivals' do, a hundred cost little more than one.`,
      "The rivals' whole change is `nft -f -` with text that is ready, from its start to its end. What the proxy has to do before is not in it.",
    ],
  };
}

export const change: Scenario = {
  name: "proxy-change",
  title: "One change in a table that is in use",
  run,
};
