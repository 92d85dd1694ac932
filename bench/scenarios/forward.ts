import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCpu } from "../arena.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import { queryStream } from "../data/wire.ts";
import { corednsWith } from "../rivals/coredns.ts";
import { forwardingCorefile } from "../rivals/corefile.ts";
import { fairleadVariant } from "../rivals/fairlead.ts";
import { knot } from "../rivals/knot.ts";
import { type Entrant, measureRounds, missingNote } from "./rounds.ts";
import { measureThroughput, totalCpu } from "./throughput.ts";

/** So many names that no two queries under way ask for the same, which would be sent upstream once. */
const names = { clusterIPs: 10_000, headless: 0, endpointsPerHeadless: 0 };
const queryCount = 50_000;
const outstanding = 50;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { arena } = context;
  const model = buildCluster({ clusterIPs: 1, headless: 0, endpointsPerHeadless: 0 });
  const external = { ...buildCluster(names), zone: "example.org." };
  const upstream = await arena.serve(external, [knot]);
  const corefile = forwardingCorefile(upstream.servers[0]?.port ?? 0);
  const contestants = [
    fairleadVariant({ name: "fairlead", corefile }),
    corednsWith("coredns", corefile),
  ];
  const { servers, missing } = await arena.serve(model, contestants);
  const queryFile = join(await arena.directory(), "queries");
  await writeFile(queryFile, queryStream(serviceQueries(external, queryCount)));
  const load = { transport: "udp", clients: 8, outstanding, queryFile, cpu: loadCpu } as const;
  const seconds = context.quick ? 1 : 3;
  const asked = upstream.servers.length === 0 ? [] : servers;
  const entrants = asked.map(
    (server): Entrant => ({
      name: server.name,
      measure: () => measureThroughput(server, { ...load, port: server.port, seconds }),
    }),
  );
  return {
    scenario: forward.name,
    title: forward.title,
    measuredAt: new Date().toISOString(),
    rounds: context.rounds,
    reference: "coredns",
    series: await measureRounds(context, forward.name, entrants, totalCpu),
    targets: [{ contestant: "fairlead", metric: totalCpu, reference: "coredns", atMost: 1 }],
    notes: [
      "Without a cache every query goes to the upstream (Knot), which shares the server's CPU; its own time is in no figure.",
      ...missingNote([...upstream.missing, ...missing]),
    ],
  };
}

export const forward: Scenario = {
  name: "forward",
  title: "A of 10,000 external names over UDP, none cached",
  run,
};
