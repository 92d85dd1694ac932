/** A node with pods that run, an API server that says which, and the address of kube-dns in front of them. */
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeMessage } from "#dns/wire/encode.ts";
import { replyTo } from "#dns/wire/reply.ts";
import type { ApiServer } from "#lab/apiserver/contract.ts";
import { createAuthority } from "#lab/apiserver/security/authority.ts";
import type { Authority } from "#lab/apiserver/security/contract.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { CLONE_NEWNET, namespaceCalls, ownNamespace } from "#linux/namespace/calls.ts";
import { buildTopology } from "#test/topology/build.ts";
import type { Place } from "#test/topology/contract.ts";
import { startUpstream } from "#test/upstream/server.ts";
import { reconcileDeployments } from "./deployments.ts";
import { buildFairleadImage, findCoreDnsImage } from "./images.ts";
import { Kubelet } from "./kubelet.ts";
import { ServiceAddress } from "./service-address.ts";

const addresses = { api: "10.96.0.1", dns: "10.96.0.10", upstream: "192.0.2.53" } as const;
const STEP_MS = 50;
const podCount = 8;

export interface Cluster {
  readonly api: ApiServer;
  readonly authority: Authority;
  readonly kubelet: Kubelet;
  /** Where clients of the cluster's DNS are: a pod of its own. */
  readonly client: Place;
  readonly dnsAddress: string;
  /** Endpoints that the cluster's DNS address leads to. */
  backends(): readonly string[];
  close(): Promise<void>;
}

/**
 * This thread goes to the node's network namespace, and with it every socket and process made from now on; it comes back at
 * close(). The API server has no kube-dns yet beyond the bootstrap's Service.
 */
export async function startCluster(): Promise<Cluster> {
  const image = buildFairleadImage();
  const former = findCoreDnsImage() ?? image;
  const pods = Array.from({ length: podCount }, (_, index) => ({
    name: `pod-${index}`,
    addresses: [`10.244.0.${10 + index}`],
  }));
  const client = { name: "client", addresses: ["10.244.0.100"] };
  const topology = await buildTopology({
    underlay: ["192.168.50.0/24"],
    nodes: [
      {
        name: "node",
        addresses: ["192.168.50.2"],
        podCidrs: ["10.244.0.0/24"],
        pods: [...pods, client],
      },
    ],
  });
  const node = topology.place("node");
  for (const address of [addresses.api, addresses.upstream])
    await node.run("ip", ["address", "add", `${address}/32`, "dev", "lo"]);
  const leave = enter(node.pid);
  const authority = createAuthority();
  const api = createApiServer({ authority });
  await api.listen({ host: addresses.api, port: 443 });
  const upstream = await startUpstream(
    ({ message }) => [{ send: encodeMessage(replyTo(message, { rcode: 3 })) }],
    undefined,
    { host: addresses.upstream, port: 53 },
  );
  const kubelet = new Kubelet({
    objects: api.objects,
    authority,
    places: pods.map(({ name }) => topology.place(name)),
    imageFor: (name) => (name.includes("coredns") ? former : image),
    env: { KUBERNETES_SERVICE_HOST: addresses.api, KUBERNETES_SERVICE_PORT: "443" },
    nameserver: addresses.upstream,
  });
  await kubelet.prepare();
  const service = new ServiceAddress(node, api.objects, addresses.dns);
  let serial = 0;
  let isClosing = false;
  const loop = async (): Promise<void> => {
    while (!isClosing) {
      reconcileDeployments(api.objects, () => ++serial);
      kubelet.follow();
      await service.follow();
      await sleep(STEP_MS);
    }
  };
  const running = loop();
  running.catch(() => {}); // close() tells of it.
  return {
    api,
    authority,
    kubelet,
    client: topology.place("client"),
    dnsAddress: addresses.dns,
    backends: () => service.backends,
    async close() {
      isClosing = true;
      await running;
      await kubelet.close();
      await Promise.all([api.close(), upstream.close()]);
      leave();
      await topology.close();
    },
  };
}

/** @returns the way back */
function enter(pid: number): () => void {
  const home = openSync(ownNamespace, "r");
  const away = openSync(`/proc/${pid}/ns/net`, "r");
  const { setns } = namespaceCalls();
  if (setns(away, CLONE_NEWNET) !== 0) throw new Error("cannot enter the node's namespace");
  closeSync(away);
  return () => {
    const failed = setns(home, CLONE_NEWNET) !== 0;
    closeSync(home);
    if (failed) throw new Error("cannot come back from the node's namespace");
  };
}
