/** The API server of a cluster, in this process, and what changes in it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiServer } from "#lab/apiserver/contract.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { answerCalls } from "../../calls.ts";
import type { ProbeService } from "../contract.ts";
import { hasEndpoints, mix, mixSlice, namespace, nodeName, probeObjects } from "../data/mix.ts";

interface ServeRequest {
  readonly services: number;
  readonly probes: readonly ProbeService[];
  readonly nodeAddress: string;
}

interface StormRequest {
  readonly services: number;
  readonly changes: number;
  readonly seconds: number;
  /** Tells one storm's endpoints from the last one's. */
  readonly round: number;
  /** Changed after all others. */
  readonly last: ProbeService;
}

const stepMs = 10;
/** Changes follow one another all over the cluster. */
const stride = 97;

let api: ApiServer | undefined;

function server(): ApiServer {
  if (api === undefined) throw new Error("serve() comes first");
  return api;
}

/** Resolves to the URL. */
async function serve({ services, probes, nodeAddress }: ServeRequest): Promise<string> {
  api = createApiServer();
  const { objects } = api;
  objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: nodeName } };
  const addresses = [{ type: "InternalIP", address: nodeAddress }];
  objects.create({ ...node, spec: {} });
  objects.replace({ ...node, status: { addresses } }, "status");
  const all = function* () {
    yield* mix(services);
    for (const probe of probes) yield probeObjects(probe);
  };
  for (const { service, slice } of all()) {
    objects.create(service);
    objects.replace(service, "status");
    objects.create(slice);
  }
  await api.settled();
  await api.listen({ host: "127.0.0.1", port: 0 });
  return api.url;
}

/** Another endpoint for a probe. */
function swap(probe: ProbeService): void {
  server().objects.replace(probeObjects(probe).slice);
}

/** Changes endpoints at a steady rate, the probe's last of all. Resolves to the seconds that it took. */
async function storm({ services, changes, seconds, round, last }: StormRequest): Promise<number> {
  const { objects } = server();
  const startMs = performance.now();
  let done = 0;
  let index = 0;
  while (done < changes - 1) {
    const due = Math.min(changes - 1, ((performance.now() - startMs) / (seconds * 1000)) * changes);
    for (; done < due; done += 1) {
      do index = (index + stride) % services;
      while (!hasEndpoints(index));
      objects.replace(mixSlice(index, { shift: round, endpoints: 4 + ((done + round) % 3) }));
    }
    await sleep(stepMs);
  }
  swap(last);
  return (performance.now() - startMs) / 1000;
}

const calls = { serve, swap, storm };
export type ClusterCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
