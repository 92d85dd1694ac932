import type { KubeObject } from "../../apiserver/contract.ts";
import type { KubeletOptions, PodCondition } from "../contract.ts";
import { timestamp } from "../pods/time.ts";

/** What the machine is, for nodeInfo and capacity. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly osImage: string;
  /** As Kubernetes names architectures, "amd64". */
  readonly architecture: string;
  readonly version: string;
}

const mostPods = 110;

/** The Node as a kubelet registers it. */
export function nodeObject(
  { nodeName, labels = {} }: KubeletOptions,
  { architecture }: Machine,
): KubeObject {
  const os = "linux";
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: nodeName,
      labels: {
        "kubernetes.io/hostname": nodeName,
        "kubernetes.io/os": os,
        "kubernetes.io/arch": architecture,
        "beta.kubernetes.io/os": os,
        "beta.kubernetes.io/arch": architecture,
        ...labels,
      },
    },
    spec: {},
  };
}

/** @param whyNotReady undefined when the node's network is there; @param before the conditions that the API shows */
export function nodeStatus(
  { addresses, nodeName, port }: KubeletOptions,
  machine: Machine,
  whyNotReady: string | undefined,
  before: readonly PodCondition[],
  nowMs: number,
): object {
  const resources = {
    cpu: String(machine.cpus),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    pods: String(mostPods),
  };
  return {
    addresses: [
      ...addresses.map((address) => ({ type: "InternalIP", address })),
      { type: "Hostname", address: nodeName },
    ],
    capacity: resources,
    allocatable: resources,
    conditions: nodeConditions(whyNotReady, before, nowMs),
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      architecture: machine.architecture,
      operatingSystem: "linux",
      kernelVersion: machine.kernel,
      osImage: machine.osImage,
      kubeletVersion: machine.version,
      kubeProxyVersion: "",
      containerRuntimeVersion: "fairlead-lab://1",
      machineID: nodeName,
      systemUUID: nodeName,
      bootID: nodeName,
    },
  };
}

function nodeConditions(
  whyNotReady: string | undefined,
  before: readonly PodCondition[],
  nowMs: number,
): readonly object[] {
  const enough = (type: string, noun: string): object => ({
    type,
    status: "False",
    reason: `KubeletHas${noun}`,
    message: `kubelet has ${noun.replace(/(?<!^)([A-Z])/g, " $1").toLowerCase()} available`,
  });
  const ready =
    whyNotReady === undefined
      ? { status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }
      : {
          status: "False",
          reason: "KubeletNotReady",
          message: `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${whyNotReady}`,
        };
  const wanted = [
    enough("MemoryPressure", "SufficientMemory"),
    enough("DiskPressure", "NoDiskPressure"),
    enough("PIDPressure", "SufficientPID"),
    { type: "Ready", ...ready },
  ] as readonly PodCondition[];
  return wanted.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    const since = known?.status === condition.status ? known.lastTransitionTime : undefined;
    const now = timestamp(nowMs);
    return { ...condition, lastHeartbeatTime: now, lastTransitionTime: since ?? now };
  });
}
