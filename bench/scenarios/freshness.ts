import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import { ApiClient } from "../api-server.ts";
import type {
  ClusterIpModel,
  ClusterModel,
  RunningServer,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { addressAt, buildCluster, serviceName } from "../data/cluster.ts";
import { serviceObjects } from "../data/objects.ts";
import { coredns } from "../rivals/coredns.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { Resolver } from "../rivals/resolver.ts";
import { quantile } from "../stats.ts";
import { type Entrant, type Figure, measureRounds, missingNote } from "./rounds.ts";

const sizes = [1_000, 10_000];
const answerTimeoutMs = 5_000;

interface Subject {
  readonly resolver: Resolver;
  readonly api: ApiClient;
  readonly model: ClusterModel;
}

/** Services that come and go: their names and addresses are not the model's. */
function extraService(index: number): ClusterIpModel {
  return {
    kind: "clusterIP",
    namespace: "team-0",
    name: `fresh-${index}`,
    clusterIP: addressAt([10, 111, 0, 0], index),
    portName: "http",
    port: 8080,
  };
}

/** Polls every millisecond until the name has, or has no more, an address. Resolves to the time since `startMs`. */
async function untilAnswered(
  subject: Subject,
  name: string,
  wanted: boolean,
  startMs: number,
): Promise<number> {
  const deadline = startMs + answerTimeoutMs;
  for (;;) {
    const answer = await subject.resolver.ask({ name, type: "A", edns: false });
    const has = answer?.rcode === 0 && answer.answerCount > 0;
    if (answer !== undefined && has === wanted) return performance.now() - startMs;
    if (performance.now() > deadline) {
      throw new FairleadError("FL-B003", `${name} had not changed after ${answerTimeoutMs} ms`);
    }
    await sleep(1);
  }
}

/** Creates and deletes services one by one; milliseconds from the request to the answer that shows it. */
async function measureChanges(subject: Subject, changes: number): Promise<readonly Figure[]> {
  const latencies: number[] = [];
  for (let index = 0; index < changes / 2; index += 1) {
    const service = extraService(index);
    const name = serviceName(subject.model, service);
    for (const present of [true, false]) {
      const startMs = performance.now();
      const path = `/api/v1/namespaces/${service.namespace}/services/${service.name}`;
      const [, latency] = await Promise.all([
        present
          ? Promise.all(serviceObjects(service).map((object) => subject.api.create(object)))
          : subject.api.remove(path),
        untilAnswered(subject, name, present, startMs),
      ]);
      latencies.push(latency);
    }
  }
  return [
    { metric: "p50 of change to answer", unit: "ms", value: quantile(latencies, 0.5) },
    { metric: "p99 of change to answer", unit: "ms", value: quantile(latencies, 0.99) },
  ];
}

async function entrantsOf(
  context: ScenarioContext,
  services: number,
  changes: number,
): Promise<{ readonly entrants: readonly Entrant[]; readonly missing: readonly string[] }> {
  const model = buildCluster({ clusterIPs: services, headless: 0, endpointsPerHeadless: 0 });
  const { servers, missing } = await context.arena.serve(model, [fairlead, coredns]);
  const base = await context.arena.apiServer(model);
  const entrants = servers.map((server: RunningServer): Entrant => {
    const api = new ApiClient(base);
    const resolver = new Resolver(server.port);
    context.arena.defer(async () => {
      api.close();
      resolver.close();
    });
    return {
      name: `${server.name}, ${services.toLocaleString("en-US")} services`,
      measure: () => measureChanges({ api, resolver, model }, changes),
    };
  });
  return { entrants, missing };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const changes = context.quick ? 20 : 200;
  const groups: Awaited<ReturnType<typeof entrantsOf>>[] = [];
  for (const services of sizes) groups.push(await entrantsOf(context, services, changes));
  const entrants = groups.flatMap((group) => group.entrants);
  const rounds = Math.min(context.rounds, 5);
  const [small, large] = ["fairlead, 1,000 services", "fairlead, 10,000 services"] as const;
  const p99 = "p99 of change to answer";
  return {
    scenario: freshness.name,
    title: freshness.title,
    measuredAt: new Date().toISOString(),
    rounds,
    reference: small,
    series: await measureRounds({ ...context, rounds }, freshness.name, entrants, p99),
    targets: [
      { contestant: large, metric: p99, atMost: 20 },
      { contestant: large, metric: "p50 of change to answer", reference: small, atMost: 1.25 },
    ],
    notes: [
      "From sending the change to the API server to the first DNS answer that shows it, asked every millisecond: the API server's own work is in the figure. Half of the changes create a service, half delete one.",
      ...missingNote(groups[0]?.missing ?? []),
    ],
  };
}

export const freshness: Scenario = {
  name: "freshness",
  title: "From a change in the API to the new answer",
  run,
};
