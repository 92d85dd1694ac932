/** Fairlead's proxy as a Datapath: the real command in the node's namespace. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Started, Topology } from "#test/topology/contract.ts";
import type { Datapath, ProxyConfig } from "./contract.ts";
import type { Sentinel } from "./sentinel.ts";
import { podCidrs } from "./world.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const END_LIMIT_MS = 15_000;

interface FairleadOptions {
  readonly topology: Topology;
  readonly sentinel: Sentinel;
  readonly kubeconfig: string;
  /** For its configuration file. */
  readonly folder: string;
  readonly node: string;
}

export function fairleadProxy({
  topology,
  sentinel,
  kubeconfig,
  folder,
  node,
}: FairleadOptions): Datapath {
  const place = topology.place(node);
  const file = join(folder, `kube-proxy-${node}.yaml`);
  let process: Started | undefined;
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (process === undefined) return;
    process.kill(signal);
    const timer = setTimeout(() => process?.kill("SIGKILL"), END_LIMIT_MS);
    const how = await process.ended;
    clearTimeout(timer);
    if (signal === "SIGTERM" && how !== 0)
      throw new Error(`the proxy ended with ${how}:\n${process.output()}`);
  };

  return {
    async start(config = {}, flags = []) {
      writeFileSync(file, JSON.stringify(configuration({ kubeconfig, node }, config)));
      process = place.start(fairlead, ["proxy", "--config", file, ...flags]);
      const ended = process.ended.then((how) => {
        throw new Error(`the proxy ended with ${how}:\n${process?.output()}`);
      });
      await Promise.race([sentinel.passed(node), ended]).catch((error) => {
        throw new Error(`${error}\n${process?.output()}`);
      });
      ended.catch(() => {}); // From here on its end is the rows' business.
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    isRunning: () => process?.isRunning() ?? false,
    output: () => process?.output() ?? "",
    waitUntilProgrammed: () => sentinel.passed(node),
    cleanUp: async () => void (await place.run(fairlead, ["proxy", "--cleanup"])),
  };
}

/** As a cluster's administrator would write it; JSON is YAML. */
function configuration(
  { kubeconfig, node }: Pick<FairleadOptions, "kubeconfig" | "node">,
  config: ProxyConfig,
): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig },
    hostnameOverride: node,
    clusterCIDR: podCidrs.join(),
    // The size of the machine's table is not a namespace's to set.
    conntrack: { maxPerCore: 0 },
    ...config,
  };
}
