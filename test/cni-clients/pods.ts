import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Agent } from "#test/topology/contract.ts";
import type { Containerd } from "./containerd.ts";
import type { RuntimeNode } from "./contract.ts";
import type { PodSandboxConfig, RuntimeCondition } from "./cri/client.ts";
import { folders, traces } from "./fairlead.ts";
import { becomes } from "./node.ts";

/** Sandboxes of a containerd by the names of their pods, as kubelet handles them. */
export interface Pods {
  /** Of all pods that were run and not removed. */
  names(): readonly string[];
  run(
    name: string,
    more?: Pick<PodSandboxConfig, "portMappings" | "annotations">,
  ): Promise<{ readonly id: string; readonly ip: string; readonly otherIps: readonly string[] }>;
  stop(name: string): Promise<void>;
  /** Stops it, too. */
  remove(name: string): Promise<void>;
  /** Also those that were never known by a name here. */
  removeAll(): Promise<void>;
  /** Path of the pod's network namespace on the node. */
  netnsOf(name: string): Promise<string>;
  agentIn(name: string): Promise<Agent>;
  /** No lease, rule or result of it is left. */
  isGone(name: string): Promise<boolean>;
  condition(type: string): Promise<RuntimeCondition | undefined>;
  /** Waits until containerd takes pods. */
  ready(): Promise<void>;
  /** With that list first in the runtime's folder. */
  withConfiguration(list: { readonly name: string }, body: () => Promise<void>): Promise<void>;
}

export function podsOf(node: RuntimeNode, { runtime }: Containerd): Pods {
  const sandboxes = new Map<string, { readonly id: string; readonly ip: string }>();
  const idOf = (name: string): { readonly podSandboxId: string } => {
    return { podSandboxId: sandboxes.get(name)?.id ?? "" };
  };
  const pods: Pods = {
    names: () => [...sandboxes.keys()],
    async run(name, more = {}) {
      const metadata = { name, uid: `uid-${name}`, namespace: "default" };
      const linux = { cgroupParent: node.cgroup };
      const { podSandboxId } = await runtime.runPodSandbox({
        config: { metadata, linux, ...more },
      });
      const { status } = await runtime.podSandboxStatus({ podSandboxId, verbose: false });
      const { ip = "", additionalIps = [] } = status.network ?? {};
      sandboxes.set(name, { id: podSandboxId, ip });
      return { id: podSandboxId, ip, otherIps: additionalIps.map((other) => other.ip) };
    },
    async stop(name) {
      await runtime.stopPodSandbox(idOf(name));
    },
    async remove(name) {
      await pods.stop(name);
      await runtime.removePodSandbox(idOf(name));
      sandboxes.delete(name);
    },
    async removeAll() {
      const { items } = await runtime.listPodSandbox({});
      for (const { id: podSandboxId } of items) {
        await runtime.stopPodSandbox({ podSandboxId });
        await runtime.removePodSandbox({ podSandboxId });
      }
      sandboxes.clear();
    },
    async netnsOf(name) {
      const { info } = await runtime.podSandboxStatus({ ...idOf(name), verbose: true });
      const { runtimeSpec } = JSON.parse(info.info ?? "{}");
      // OCI's runtime specification, "namespaces".
      const namespaces = runtimeSpec.linux.namespaces as readonly Record<string, string>[];
      return namespaces.find(({ type }) => type === "network")?.path ?? "";
    },
    agentIn: async (name) => node.agent(await pods.netnsOf(name)),
    async isGone(name) {
      const { id, ip } = sandboxes.get(name) ?? { id: "none", ip: "none" };
      const { leases, rules, results } = await traces(node);
      return !leases.includes(ip) && ![...rules, ...results].some((word) => word.includes(id));
    },
    async condition(wanted) {
      const { status } = await runtime.status({ verbose: false });
      return status.conditions.find(({ type }) => type === wanted);
    },
    async ready() {
      // Asked too early it says that it is not initialized yet.
      const condition = () => pods.condition("NetworkReady").catch(() => undefined);
      await becomes("the network is ready", async () => (await condition())?.status === true);
    },
    async withConfiguration(list, body) {
      const folder = node.path(folders.configuration);
      const isLoaded = async (): Promise<boolean> => {
        const { info } = await runtime.status({ verbose: true });
        return JSON.stringify(info.cniconfig).includes(list.name);
      };
      writeFileSync(join(folder, ".first.draft"), JSON.stringify(list));
      renameSync(join(folder, ".first.draft"), join(folder, "05-first.conflist"));
      await becomes("containerd has read it", isLoaded);
      await body();
      rmSync(join(folder, "05-first.conflist"));
      await becomes("containerd has seen it go", async () => !(await isLoaded()));
    },
  };
  return pods;
}
