import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCpu } from "../arena.ts";
import type {
  ClusterModel,
  LoadQuery,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import { queryStream } from "../data/wire.ts";
import { corednsWith } from "../rivals/coredns.ts";
import { cachingCorefile } from "../rivals/corefile.ts";
import { fairleadVariant } from "../rivals/fairlead.ts";
import { knot } from "../rivals/knot.ts";
import { Resolver } from "../rivals/resolver.ts";
import { type Entrant, measureRounds, missingNote } from "./rounds.ts";
import { measureThroughput, totalCpu } from "./throughput.ts";

const size = { clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 };
const queryCount = 10_000;

const ofCluster = (server: string): string => `${server}, cluster names`;
const fromCache = (server: string): string => `${server}, cached names`;

/** Asks for every name once, so that all are cached before anything is measured. */
async function fillCache(server: RunningServer, queries: readonly LoadQuery[]): Promise<void> {
  const resolver = new Resolver(server.port);
  try {
    const first = new Map(queries.map((query) => [query.name, query]));
    for (const query of first.values()) await resolver.ask(query);
  } finally {
    resolver.close();
  }
}

/** The same server twice: asked for names of the cluster, and for names that it has cached. */
async function entrantsOf(
  context: ScenarioContext,
  server: RunningServer,
  model: ClusterModel,
  external: ClusterModel,
): Promise<Entrant[]> {
  const cached = serviceQueries(external, queryCount);
  await fillCache(server, cached);
  const directory = await context.arena.directory();
  const loads = {
    [ofCluster(server.name)]: serviceQueries(model, queryCount),
    [fromCache(server.name)]: cached,
  };
  return Promise.all(
    Object.entries(loads).map(async ([name, queries], index) => {
      const queryFile = join(directory, `queries-${index}`);
      await writeFile(queryFile, queryStream(queries));
      const load = { transport: "udp", clients: 8, outstanding: 200, queryFile } as const;
      const seconds = context.quick ? 1 : 3;
      return {
        name,
        measure: () =>
          measureThroughput(server, { ...load, port: server.port, seconds, cpu: loadCpu }),
      };
    }),
  );
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { arena } = context;
  const model = buildCluster(size);
  const external = { ...model, zone: "example.org." };
  const upstream = await arena.serve(external, [knot]);
  const corefile = cachingCorefile(upstream.servers[0]?.port ?? 0);
  const contestants = [
    fairleadVariant({ name: "fairlead", corefile }),
    corednsWith("coredns", corefile),
  ];
  const { servers, missing } = await arena.serve(model, contestants);
  const entrants: Entrant[] = [];
  for (const server of upstream.servers.length === 0 ? [] : servers) {
    entrants.push(...(await entrantsOf(context, server, model, external)));
  }
  return {
    scenario: cached.name,
    title: cached.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: ofCluster("fairlead"),
    series: await measureRounds(context, cached.name, entrants, totalCpu),
    targets: [
      {
        contestant: fromCache("fairlead"),
        metric: totalCpu,
        reference: ofCluster("fairlead"),
        atMost: 1.2,
      },
    ],
    notes: [
      "One server with a cache before an upstream (Knot), asked for names of its cluster and for external names that it has cached.",
      ...missingNote([...upstream.missing, ...missing]),
    ],
  };
}

export const cached: Scenario = {
  name: "cached",
  title: "A of 1,000 cached external names over UDP",
  run,
};
