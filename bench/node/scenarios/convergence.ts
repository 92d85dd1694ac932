import { FairleadError } from "#observe/errors.ts";
import type { Started } from "#test/topology/contract.ts";
import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import { quantile } from "../../stats.ts";
import type { ClusterCalls } from "../programs/cluster.ts";
import type { WatchCalls } from "../programs/watch.ts";
import {
  nodes,
  podOf,
  programIn,
  pulse,
  server,
  startCluster,
  startNode,
  threeNodes,
} from "../scene.ts";
import { clusterDns, fairlead } from "../words.ts";

const changes = 50;
const quickChanges = 5;
const startTimeoutMs = 60_000;
const changeTimeoutMs = 10_000;

const all = "p99 of endpoint ready to DNS and datapath on all nodes";

interface Subject {
  readonly cluster: Program<ClusterCalls>;
  readonly watchers: readonly Program<WatchCalls>[];
}

async function start(context: ScenarioContext): Promise<Subject> {
  const { progress, arena } = context;
  const topology = await threeNodes(context);
  const agent = await topology.place(server.name).agent();
  await agent.serve({ transport: "tcp", name: server.name, port: pulse.endpoint.port });
  const { cluster, url } = await startCluster(context, topology);
  await cluster.call("addPulse", pulse);
  progress.update(`${convergence.name}: three nodes`);
  const directory = await arena.directory();
  const processes: Started[] = [];
  for (const node of nodes) {
    const options = { node, url, directory, components: "dns,proxy" };
    processes.push(await startNode(topology.place(node.name), options));
  }
  const watchers = nodes.map((node) =>
    programIn<WatchCalls>(context, topology.place(podOf(node)), "watch.ts"),
  );
  await cluster.call("setPulse", { pulse, isReady: true });
  const started = { pulse, server: clusterDns, timeoutMs: startTimeoutMs };
  await Promise.all(watchers.map((watcher) => watcher.call("untilThere", started))).catch(
    (cause: unknown) => {
      const output = processes.map((process) => process.output()).join("\n");
      throw new FairleadError("FL-B002", `${convergence.name}: ${output}`, { cause });
    },
  );
  return { cluster, watchers };
}

async function figures({ cluster, watchers }: Subject, count: number): Promise<readonly Figure[]> {
  const asked = { pulse, server: clusterDns, timeoutMs: changeTimeoutMs };
  const tookMs = { all: [] as number[], dns: [] as number[], datapath: [] as number[] };
  for (let index = 0; index < count; index += 1) {
    await cluster.call("setPulse", { pulse, isReady: false });
    await Promise.all(watchers.map((watcher) => watcher.call("untilGone", asked)));
    const there = Promise.all(watchers.map((watcher) => watcher.call("untilThere", asked)));
    const fromMs = await cluster.call("setPulse", { pulse, isReady: true });
    const seen = await there;
    const dnsMs = Math.max(...seen.map(({ answeredAtMs }) => answeredAtMs)) - fromMs;
    const datapathMs = Math.max(...seen.map(({ connectedAtMs }) => connectedAtMs)) - fromMs;
    tookMs.dns.push(dnsMs);
    tookMs.datapath.push(datapathMs);
    tookMs.all.push(Math.max(dnsMs, datapathMs));
  }
  const figure = (metric: string, values: readonly number[], q: number): Figure => ({
    metric,
    unit: "ms",
    value: quantile(values, q),
  });
  return [
    figure("p50 of endpoint ready to DNS and datapath on all nodes", tookMs.all, 0.5),
    figure(all, tookMs.all, 0.99),
    figure("p50 of endpoint ready to DNS on all nodes", tookMs.dns, 0.5),
    figure("p99 of endpoint ready to DNS on all nodes", tookMs.dns, 0.99),
    figure("p50 of endpoint ready to datapath on all nodes", tookMs.datapath, 0.5),
    figure("p99 of endpoint ready to datapath on all nodes", tookMs.datapath, 0.99),
  ];
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const subject = await start(context);
  const count = context.quick ? quickChanges : changes;
  const entrant: Entrant = { name: fairlead, measure: () => figures(subject, count) };
  const rounds = Math.min(context.rounds, 5);
  return {
    ...headOf(convergence, rounds),
    series: await measureRounds({ ...context, rounds }, convergence.name, [entrant], all),
    targets: [{ contestant: fairlead, metric: all, atMost: 50 }],
    notes: [
      `Three nodes with \`fairlead node\` over one API server, 1,000 Services with 3 endpoints each, all on this machine's CPUs. One endpoint gets ready and is taken away, ${changes} times a round, in a Service with a ClusterIP and in a headless one; a pod on each node asks its node's DNS and connects to the ClusterIP every 4 ms, which is in the figures. The clock starts when the API server has stored the change and stops when the slowest node answers and connects.`,
    ],
  };
}

export const convergence: Scenario = {
  name: "node-convergence",
  title: "From an endpoint ready in the API to DNS and datapath on three nodes",
  run,
};
