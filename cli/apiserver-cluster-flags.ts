import { type Command, InvalidArgumentError, Option } from "commander";
import type { RunClusterOptions } from "#lab/apiserver/run.ts";
import { FairleadError } from "#observe/errors.ts";

/** The flags of a controller manager and of the way to kubelets, in the words of Kubernetes' own commands. */
export interface ClusterFlags {
  readonly clusterCidr?: readonly string[];
  readonly nodeCidrMaskSize: number;
  readonly loadBalancerPool?: string;
  readonly nodeMonitorGracePeriod: number;
  readonly kubeletPort: number;
  readonly kubeletTokenFile?: string;
}

export function addClusterFlags(program: Command): Command {
  return program
    .addOption(
      new Option(
        "--cluster-cidr <cidrs>",
        "run a cluster: schedule Pods, run controllers, and give Nodes their share of this; a CIDR of each family",
      ).argParser(list),
    )
    .addOption(
      new Option("--node-cidr-mask-size <bits>", "prefix of a Node's share of an IPv4 CIDR")
        .argParser(integer)
        .default(24),
    )
    .option(
      "--load-balancer-pool <cidr>",
      "Services of type LoadBalancer get addresses of this CIDR",
    )
    .addOption(
      new Option(
        "--node-monitor-grace-period <duration>",
        "how long a Node may be silent until it is not ready",
      )
        .argParser(duration)
        .default(40_000, "40s"),
    )
    .addOption(
      new Option("--kubelet-port <port>", "where kubelets serve logs and exec, on their Nodes")
        .argParser(integer)
        .default(10_250),
    )
    .option("--kubelet-token-file <file>", "the token that kubelets ask this server for");
}

/** Undefined for a server that stores objects and no more. @throws FairleadError FL-U001 for flags that need a cluster */
export function clusterOptions(flags: ClusterFlags): RunClusterOptions | undefined {
  const { clusterCidr, loadBalancerPool, kubeletTokenFile } = flags;
  if (clusterCidr === undefined) {
    if (loadBalancerPool === undefined && kubeletTokenFile === undefined) return undefined;
    throw new FairleadError(
      "FL-U001",
      "--load-balancer-pool and --kubelet-token-file are for a cluster: give --cluster-cidr as well",
    );
  }
  const kubelet = { port: flags.kubeletPort, tokenFile: kubeletTokenFile ?? "" };
  return {
    podCidrs: clusterCidr,
    nodePodCidrMask: flags.nodeCidrMaskSize,
    nodeMonitorGraceMs: flags.nodeMonitorGracePeriod,
    ...(loadBalancerPool === undefined ? {} : { loadBalancerPool }),
    ...(kubeletTokenFile === undefined ? {} : { kubelet }),
  };
}

export function list(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

function integer(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("give a number");
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * unitsMs[unit];
  throw new InvalidArgumentError("give a duration such as 500ms, 40s or 1m");
}
