import type { Scenario, ScenarioContext, ScenarioResult, Target } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { memory } from "../../measure/process.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import type { RivalShape } from "../contract.ts";
import { chainPerEndpoint, mapPerService } from "../data/rival-rules.ts";
import type { RivalCalls } from "../programs/rivals.ts";
import type { TableCalls } from "../programs/tables.ts";
import { withBareNode, withProgram } from "../scene.ts";
import { fairlead, servicesText } from "../words.ts";

const sizes = [1_000, 10_000, 30_000];
const quickSizes = [100, 300, 900];
/** The rivals' largest takes a minute for one. */
const rivalRounds = 2;
const growth = "growth of the commits from the second to the third size";

const wholeLoad = (services: number): string => `cold load, ${servicesText(services)}`;
const commits = (services: number): string => `commits of it, ${servicesText(services)}`;

/** Each load in a namespace and a process of its own. */
async function loadFigures(services: number): Promise<readonly Figure[]> {
  return withBareNode((place) =>
    withProgram<TableCalls, readonly Figure[]>(place, "tables.ts", async (program) => {
      const { planMs, programMs, commitMs } = await program.call("start", { services });
      const { rssMb } = await memory(program.pid);
      const size = servicesText(services);
      return [
        { metric: wholeLoad(services), unit: "s", value: (planMs + programMs) / 1000 },
        { metric: commits(services), unit: "s", value: commitMs / 1000 },
        { metric: `planning of it, ${size}`, unit: "s", value: planMs / 1000 },
        { metric: `resident memory after it, ${size}`, unit: "MB", value: rssMb },
      ];
    }),
  );
}

function own(measured: readonly number[]): Entrant {
  return {
    name: fairlead,
    measure: async () => {
      const figures: Figure[] = [];
      for (const services of measured) figures.push(...(await loadFigures(services)));
      const [middle = 0, large = 0] = measured
        .slice(1)
        .map(commits)
        .map((wanted) => figures.find(({ metric }) => metric === wanted)?.value);
      return [...figures, { metric: growth, unit: "×", value: large / middle }];
    },
  };
}

/** Neither warmed up nor measured in all rounds: a process of its own loads it each time. */
function rival(shape: RivalShape, measured: readonly number[]): Entrant {
  let calls = 0;
  return {
    name: shape.name,
    measure: async () => {
      calls += 1;
      if (calls === 1 || calls > rivalRounds + 1) return [];
      const figures: Figure[] = [];
      for (const services of measured) {
        const tookMs = await withBareNode((place) =>
          withProgram<RivalCalls, number>(place, "rivals.ts", (program) =>
            program.call("load", { shape: shape.name, services }),
          ),
        );
        figures.push({ metric: wholeLoad(services), unit: "s", value: tookMs / 1000 });
      }
      return figures;
    },
  };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const measured = context.quick ? quickSizes : sizes;
  const rivals = measured.slice(0, 2);
  const [, middle = 0] = measured;
  const rounds = Math.min(context.rounds, 5);
  const entrants = [own(measured), rival(chainPerEndpoint, rivals), rival(mapPerService, rivals)];
  const faster = (shape: RivalShape, atLeast: number): Target => ({
    contestant: shape.name,
    metric: wholeLoad(middle),
    reference: fairlead,
    atLeast,
  });
  return {
    ...headOf(load, rounds),
    reference: fairlead,
    series: await measureRounds({ ...context, rounds }, load.name, entrants, wholeLoad(middle)),
    targets: [
      { contestant: fairlead, metric: commits(middle), atMost: 1 },
      { contestant: fairlead, metric: growth, atMost: 3.5 },
      faster(chainPerEndpoint, 25),
      faster(mapPerService, 10),
    ],
    notes: [
      "Fairlead's cold load is planning, layout, encoding and all commits in a process that has just started, with every feature in use. The rivals are rule sets of those shapes, generated beforehand, with ClusterIPs alone, no affinity, no policies and no counters: the time is `nft -f -` from its start to its end.",
      `A load of ${servicesText(middle)} with a chain for each endpoint takes about a minute: the rivals run in ${rivalRounds} rounds.`,
    ],
  };
}

export const load: Scenario = {
  name: "proxy-load",
  title: "All Services into an empty table, 5 endpoints each",
  run,
};
