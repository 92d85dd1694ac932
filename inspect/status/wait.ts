/** Reads the status of a cluster, again and again until it is well where that is asked for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { apiReason } from "../cluster-access.ts";
import { assess, ownSelector, unreachable } from "./assess.ts";
import type { Observed, StatusItem } from "./contract.ts";
import { isWell, statusSummary } from "./report.ts";

const pollMs = 500;

export interface WaitOptions {
  /** 0: as it is now. */
  readonly timeoutMs: number;
  /** Hears what is still missing when that changes. */
  readonly progress: (text: string) => void;
  readonly stopping: AbortSignal;
}

/** The last status that was read. Never rejects: a server that does not answer is a status too. */
export async function waitForStatus(
  config: KubeConfig,
  { timeoutMs, progress, stopping }: WaitOptions,
): Promise<readonly StatusItem[]> {
  const endMs = performance.now() + timeoutMs;
  let said = "";
  for (;;) {
    const items = await statusOf(config);
    if (isWell(items) || performance.now() + pollMs > endMs || stopping.aborted) return items;
    const text = statusSummary(items);
    if (text !== said) progress(`waiting: ${text}`);
    said = text;
    await sleep(pollMs);
  }
}

async function statusOf(config: KubeConfig): Promise<readonly StatusItem[]> {
  const server = config.getCurrentCluster()?.server ?? "";
  try {
    return assess(await observe(config, server));
  } catch (error) {
    return [unreachable(server, apiReason(error))];
  }
}

async function observe(config: KubeConfig, server: string): Promise<Observed> {
  const { AppsV1Api, CoreV1Api, DiscoveryV1Api, VersionApi } = await import(
    "@kubernetes/client-node"
  );
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const startMs = performance.now();
  const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
  const tookMs = Math.round(performance.now() - startMs);
  const labelSelector = ownSelector;
  const [nodes, daemonSets, deployments, pods, services, slices] = await Promise.all([
    core.listNode(),
    apps.listDaemonSetForAllNamespaces({ labelSelector }),
    apps.listDeploymentForAllNamespaces({ labelSelector }),
    core.listPodForAllNamespaces({ labelSelector }),
    core.listNamespacedService({
      namespace: "kube-system",
      fieldSelector: "metadata.name=kube-dns",
    }),
    discovery.listNamespacedEndpointSlice({
      namespace: "kube-system",
      labelSelector: "kubernetes.io/service-name=kube-dns",
    }),
  ]);
  return {
    server,
    version: gitVersion,
    tookMs,
    nodes: nodes.items,
    daemonSets: daemonSets.items,
    deployments: deployments.items,
    pods: pods.items,
    dns: services.items[0],
    dnsSlices: slices.items,
  };
}
