import { setTimeout as sleep } from "node:timers/promises";
import { loadCpu, serverCpu } from "../arena.ts";
import type {
  ClusterModel,
  Contestant,
  Scenario,
  ScenarioContext,
  ScenarioResult,
} from "../contract.ts";
import { buildCluster } from "../data/cluster.ts";
import { quickSlicedSize, slicedSize, slicesPerService } from "../data/slices.ts";
import { startRelistProcess } from "../load/relist-process.ts";
import { cpuTime, memory, peakMb } from "../measure/process.ts";
import { corednsWith } from "../rivals/coredns.ts";
import { kubeconfigCorefile } from "../rivals/corefile.ts";
import { fairleadVariant } from "../rivals/fairlead.ts";
import { untilReady } from "../rivals/ready.ts";
import { type Entrant, measureRounds, missingNote } from "./rounds.ts";

const toReady = "start to /ready";
/** Both have then given back what they will. */
const settleMs = 4_000;

function entrant(
  { arena, signal, quick }: ScenarioContext,
  contestant: Contestant,
  model: ClusterModel,
): Entrant {
  const measure = async () => {
    const port = arena.nextPort();
    const directory = await arena.directory();
    const [server, readySeconds] = await Promise.all([
      // The API server is the kubeconfig's.
      contestant.start({ model, apiServer: "", directory, port, cpu: [serverCpu, loadCpu] }),
      untilReady(port, signal),
    ]);
    try {
      const { userMs, systemMs } = await cpuTime(server.pid);
      const peak = await peakMb(server.pid);
      await sleep(quick ? 0 : settleMs);
      const { rssMb } = await memory(server.pid);
      return [
        { metric: toReady, unit: "s", value: readySeconds },
        { metric: "CPU time until then", unit: "s", value: (userMs + systemMs) / 1000 },
        { metric: "highest resident memory until then", unit: "MB", value: peak },
        { metric: "resident memory 4 s later", unit: "MB", value: rssMb },
      ];
    } finally {
      await server.stop();
    }
  };
  return { name: contestant.name, measure };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const model = buildCluster(context.quick ? quickSlicedSize : slicedSize);
  context.progress.update(`${start.name}: API server`);
  const { kubeconfig } = await startRelistProcess(context, {
    model,
    slicesPerService,
    behindOthers: false,
  });
  const corefile = kubeconfigCorefile(kubeconfig);
  const { installed, missing } = await context.arena.choose([
    fairleadVariant({ name: "fairlead", corefile }),
    corednsWith("coredns", corefile),
  ]);
  const rounds = Math.min(context.rounds, 7);
  const entrants = installed.map((contestant) => entrant(context, contestant, model));
  return {
    scenario: start.name,
    title: start.title,
    measuredAt: new Date().toISOString(),
    rounds,
    reference: "coredns",
    series: await measureRounds({ ...context, rounds }, start.name, entrants, toReady),
    targets: [{ contestant: "fairlead", metric: toReady, atMost: 5 }],
    notes: [
      "Each server on both CPUs, which it shares with the API server (TLS, HTTP/2, streamed lists) that sends the objects as fast as it can.",
      ...missingNote(missing),
    ],
  };
}

export const start: Scenario = {
  name: "start",
  title: "From start to /ready with 10,000 services and 100,000 EndpointSlices over TLS",
  run,
};
