import { join } from "node:path";
import type { Topology } from "#test/topology/contract.ts";
import { startApi } from "./api.ts";
import { clusterObjects } from "./cluster.ts";
import type { Datapath, Scene } from "./contract.ts";
import { fairleadProxy } from "./fairlead.ts";
import { Sentinel } from "./sentinel.ts";
import { buildWorld, NODE } from "./world.ts";

/** Everything that rows are played on. Closing the topology ends all of it. */
export type Stage = Omit<Scene, "kept" | "defer">;

/** The world, the API server in it, the cluster's objects, and a proxy that is not started yet. */
export async function setStage(folder: string): Promise<Stage> {
  const topology: Topology = await buildWorld();
  try {
    const api = await startApi(topology, join(folder, "kubeconfig"));
    await api.apply(...clusterObjects);
    const sentinel = new Sentinel(topology, api);
    const { kubeconfig } = api;
    const proxyOn = (node: string): Datapath =>
      fairleadProxy({ topology, sentinel, kubeconfig, folder, node });
    return {
      topology,
      objects: api,
      api: api.process,
      kubeconfig,
      proxyOn,
      proxy: proxyOn(NODE),
      agent: async (place) => topology.place(place).agent(),
    };
  } catch (error) {
    await topology.close();
    throw error;
  }
}
