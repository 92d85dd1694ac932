import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "#observe/contract.ts";
import { renderManifests } from "../manifests/render.ts";
import type { LabPlan } from "./contract.ts";
import { filesOf } from "./files.ts";
import { KUBELET_PORT } from "./node/kubelet-options.ts";
import { fairleadWords } from "./process/environment.ts";
import { type KeptProcess, keepProcess } from "./process/keep.ts";
import { shim } from "./shim.ts";

/** A kubelet tells of itself each three seconds. */
const NODE_GRACE_SECONDS = 10;

/** The API server, in the supervisor's own namespace. Its store is in a file: it is the same cluster after a restart. */
export function startApiServer(plan: LabPlan, kubeletToken: string, logger: Logger): KeptProcess {
  const files = filesOf(plan.folder);
  mkdirSync(files.manifests, { recursive: true });
  for (const [name, text] of renderManifests(valuesOf(plan)))
    writeFileSync(join(files.manifests, name), text);
  // Known from the start: the first pods are divided among all of them, and not given to the first that comes up.
  for (const { name } of plan.nodes)
    writeFileSync(join(files.manifests, `${name}.json`), JSON.stringify(nodeObject(name)));
  writeFileSync(files.kubeletToken, kubeletToken, { mode: 0o600 });
  const words = [
    ...fairleadWords(),
    ...["apiserver", "--listen", `${plan.apiServer.host}:${plan.apiServer.port}`],
    ...["--cert-dir", files.certificates, "--write-kubeconfig", files.kubeconfig],
    ...["--service-cluster-ip-range", plan.serviceCidr],
    ...["--store-file", files.store],
    ...["--cluster-cidr", plan.clusterCidr, "--node-cidr-mask-size", `${plan.nodeMaskSize}`],
    ...["--load-balancer-pool", plan.loadBalancerPool],
    ...["--node-monitor-grace-period", `${NODE_GRACE_SECONDS}s`],
    ...["--kubelet-port", `${KUBELET_PORT}`, "--kubelet-token-file", files.kubeletToken],
  ];
  return keepProcess(
    "apiserver",
    () => ({
      // What the cluster starts with is anyone's to change afterwards: once the kubeconfig is there, all of it is in the store.
      words: existsSync(files.kubeconfig) ? words : [...words, "--manifests", files.manifests],
      logFile: files.log("apiserver"),
    }),
    logger,
  );
}

function valuesOf(plan: LabPlan): Readonly<Record<string, string>> {
  const { clusterCidr, clusterDomain, apiServer } = plan;
  return {
    clusterCidr,
    clusterDomain,
    apiHost: apiServer.host,
    apiPort: `${apiServer.port}`,
    shim,
  };
}

const nodeObject = (name: string): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/hostname": name } },
});
