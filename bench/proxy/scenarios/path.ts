import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult, Target } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import { nodeName } from "../data/mix.ts";
import type { TableCalls } from "../programs/tables.ts";
import type { TrafficCalls } from "../programs/traffic.ts";
import { probeOf, programIn, serverPort, twoNodes, withProgram } from "../scene.ts";
import { fairlead, servicesText } from "../words.ts";

const sizes = [100, 30_000];
const quickSizes = [10, 300];
const rounds = 11;
const setUpPort = serverPort;
const streamPort = 8081;
const ratio50 = "set-up, p50, of the plain route's";

/** The client's node carries the table; server and client are on different nodes, so both ways are routed. */
async function entrantOf(context: ScenarioContext, services: number): Promise<Entrant> {
  context.progress.update(`${path.name}: ${servicesText(services)}`);
  const topology = await twoNodes(context);
  const probe = probeOf("probe", 1, "remote");
  const streamed = {
    ...probeOf("streamed", 2, "remote"),
    endpoint: { ...probe.endpoint, port: streamPort },
  };
  await withProgram<TableCalls, unknown>(topology.place(nodeName), "tables.ts", (program) =>
    program.call("start", { services, probes: [probe, streamed] }),
  );
  const server = programIn<TrafficCalls>(context, topology.place("remote"), "traffic.ts");
  await server.call("serve", { port: setUpPort, sends: false });
  await server.call("serve", { port: streamPort, sends: true });
  const client = programIn<TrafficCalls>(context, topology.place("client"), "traffic.ts");
  const setUps = [probe.endpoint, { address: probe.clusterIp, port: probe.port }];
  const streams = [streamed.endpoint, { address: streamed.clusterIp, port: streamed.port }];
  return {
    name: nameOf(services),
    measure: async () => [
      ...(await setUpFigures(context, client, setUps)),
      ...(await streamFigures(context, client, streams)),
    ],
  };
}

type Ways = Parameters<TrafficCalls["setUp"]>[0]["targets"];

async function setUpFigures(
  { quick }: ScenarioContext,
  client: Program<TrafficCalls>,
  targets: Ways,
): Promise<readonly Figure[]> {
  const [plain, service] = await client.call("setUp", {
    targets,
    connectionsEach: quick ? 50 : 1_000,
    perSecond: 5_000,
  });
  if (plain === undefined || service === undefined) return [];
  return [
    { metric: "set-up, p50, plain route", unit: "µs", value: plain.p50Us },
    { metric: "set-up, p50, ClusterIP", unit: "µs", value: service.p50Us },
    { metric: ratio50, unit: "×", value: service.p50Us / plain.p50Us },
    { metric: "set-up, p99, plain route", unit: "µs", value: plain.p99Us },
    { metric: "set-up, p99, ClusterIP", unit: "µs", value: service.p99Us },
    { metric: "connections that failed", unit: "", value: plain.failed + service.failed },
  ];
}

async function streamFigures(
  { quick }: ScenarioContext,
  client: Program<TrafficCalls>,
  targets: Ways,
): Promise<readonly Figure[]> {
  const rates: number[] = [];
  for (const target of targets)
    rates.push(await client.call("stream", { target, seconds: quick ? 0.1 : 0.4 }));
  const [plain = Number.NaN, service = Number.NaN] = rates;
  return [
    { metric: "one stream, plain route", unit: "Gbit/s", value: plain },
    { metric: "one stream, ClusterIP", unit: "Gbit/s", value: service },
    { metric: "one stream, of the plain route's", unit: "×", value: service / plain },
  ];
}

function nameOf(services: number): string {
  return `${fairlead}, ${servicesText(services)}`;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const measured = context.quick ? quickSizes : sizes;
  const entrants: Entrant[] = [];
  for (const services of measured) entrants.push(await entrantOf(context, services));
  const [small = "", large = ""] = measured.map(nameOf);
  const paired = context.quick ? context.rounds : rounds;
  const targets: readonly Target[] = [
    ...[small, large].map((contestant) => ({ contestant, metric: ratio50, atMost: 1.1 })),
    { contestant: large, metric: ratio50, reference: small, atMost: 1.05 },
    ...[small, large].map((contestant) => ({
      contestant,
      metric: "connections that failed",
      atMost: 0,
    })),
  ];
  return {
    ...headOf(path, paired),
    reference: small,
    series: await measureRounds({ ...context, rounds: paired }, path.name, entrants, ratio50),
    targets,
    notes: [
      "From a pod to a pod of another node, both ways routed by the client's node, which has the table: once to the pod's own address, once to a ClusterIP. Connections go to one and the other in turn, connect(2) alone is timed, and each ends with RST. Connection tracking is at work on both ways. One stream is sent as fast as two Node processes can.",
    ],
  };
}

export const path: Scenario = {
  name: "proxy-path",
  title: "Connections through a ClusterIP against a plain route",
  run,
};
