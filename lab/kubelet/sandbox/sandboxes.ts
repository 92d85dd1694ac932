import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { createNamespace, deleteNamespace, namespaceNames } from "#linux/namespace/named.ts";
import { changeLink } from "#linux/netlink/route/link.ts";
import { openRoute } from "#linux/netlink/route/socket.ts";
import { writeSysctl } from "#linux/sysctl.ts";
import type { Logger } from "#observe/contract.ts";
import { capabilityArgs } from "../cni/capability-args.ts";
import type { PodNetwork } from "../cni/network.ts";
import type { Pod } from "../contract.ts";
import type { Sleep } from "../pods/clock.ts";

/** A pod's network namespace on this node. */
export interface MadeSandbox {
  /** Container id of CNI. */
  readonly id: string;
  /** Undefined on the node's network. */
  readonly netns: string | undefined;
  readonly addresses: readonly string[];
}

const namePrefix = "cni-";
const loopbackIndex = 1;
const longestPauseMs = 2000;

/** Makes and removes sandboxes. What libcni keeps of them says what a kubelet before this one has left. */
export class Sandboxes {
  readonly #network: PodNetwork;
  readonly #nodeAddresses: readonly string[];
  readonly #logger: Logger;
  readonly #sleep: Sleep;

  constructor(options: {
    readonly network: PodNetwork;
    readonly nodeAddresses: readonly string[];
    readonly logger: Logger;
    readonly sleep: Sleep;
  }) {
    this.#network = options.network;
    this.#nodeAddresses = options.nodeAddresses;
    this.#logger = options.logger;
    this.#sleep = options.sleep;
  }

  /** @throws CniError and whatever the kernel says; then nothing is left */
  async make(pod: Pod): Promise<MadeSandbox> {
    const id = randomUUID().replaceAll("-", "") + randomUUID().replaceAll("-", "");
    if (pod.spec.hostNetwork) return { id, netns: undefined, addresses: this.#nodeAddresses };
    const name = `${namePrefix}${randomUUID()}`;
    const netns = createNamespace(name);
    try {
      raiseLoopback(netns);
      for (const { name: key, value } of pod.spec.securityContext?.sysctls ?? [])
        writeSysctl(key, value, netns);
      return { id, netns, addresses: await this.#network.add(attachmentOf(pod, id, netns)) };
    } catch (error) {
      deleteNamespace(name);
      throw error;
    }
  }

  /** Goes on until DEL has succeeded. */
  async remove({ id, netns }: MadeSandbox): Promise<void> {
    await this.#detach(id);
    if (netns === undefined) return;
    try {
      deleteNamespace(basename(netns));
    } catch (error) {
      // Someone else has deleted it: the pod is to end all the same.
      this.#logger.warn({ id }, error instanceof Error ? error.message : String(error));
    }
  }

  /** Detaches and deletes what a kubelet before this one has left. */
  removeLeftovers(): void {
    const left = this.#network.attached();
    const names = namespaceNames().filter((name) => name.startsWith(namePrefix));
    // Once there is a plugin to ask; new pods do not wait for that.
    void Promise.all(left.map((id) => this.#detach(id)));
    for (const name of names) deleteNamespace(name);
  }

  async #detach(id: string): Promise<void> {
    for (let pauseMs = 100; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        return await this.#network.delete(id);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#logger.warn({ id }, `a pod cannot be detached yet: ${why}`);
        await this.#sleep(pauseMs);
      }
    }
  }
}

function raiseLoopback(netns: string): void {
  const route = openRoute({ namespacePath: netns });
  try {
    route.apply(changeLink(loopbackIndex, { up: true }));
  } finally {
    route.close();
  }
}

function attachmentOf(pod: Pod, containerId: string, netns: string) {
  const { namespace, name, uid } = pod.metadata;
  return {
    containerId,
    netns,
    ifname: "eth0",
    args: [
      ["IgnoreUnknown", "1"],
      ["K8S_POD_NAMESPACE", namespace],
      ["K8S_POD_NAME", name],
      ["K8S_POD_INFRA_CONTAINER_ID", containerId],
      ["K8S_POD_UID", uid],
    ],
    capabilityArgs: capabilityArgs(pod),
  } as const;
}
