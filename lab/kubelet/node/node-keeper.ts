import type { Logger } from "#observe/contract.ts";
import type { KubeObject } from "../../apiserver/contract.ts";
import { ApiError, isNotFound } from "../../client/api-error.ts";
import type { KubeClient, Watch } from "../../client/contract.ts";
import type { KubeletOptions, PodCondition } from "../contract.ts";
import { type Machine, nodeObject, nodeStatus } from "./node-object.ts";

const leaseEveryMs = 3000;
const leaseSeconds = 10;
/** The status goes out so often even where nothing has changed. */
const statusEveryMs = 60_000;
const retryMs = 200;

export interface NodeKeeperOptions {
  readonly client: KubeClient;
  readonly kubelet: KubeletOptions;
  readonly machine: Machine;
  readonly logger: Logger;
  readonly whyNotReady: () => string | undefined;
  /** The API answers again after it had not. */
  readonly reconnected: () => void;
}

/** Registers the Node and keeps it: its Lease, and its status whenever the API shows something else. */
export class NodeKeeper {
  readonly #options: NodeKeeperOptions;
  readonly #path: string;
  #conditions: readonly PodCondition[] = [];
  #watch: Watch | undefined;
  #timers: NodeJS.Timeout[] = [];
  #posts: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isAway = false;
  node: KubeObject | undefined;

  constructor(options: NodeKeeperOptions) {
    this.#options = options;
    this.#path = `/api/v1/nodes/${options.kubelet.nodeName}`;
  }

  /** Resolves once the Node is there. It tries for as long as it takes. */
  async begin(): Promise<void> {
    await this.#register();
    const { client, kubelet } = this.#options;
    const query = new URLSearchParams({ fieldSelector: `metadata.name=${kubelet.nodeName}` });
    this.#watch = client.watch(`/api/v1/nodes?${query}`, {
      change: (_key, node) => this.#seen(node),
    });
    await this.#renewLease();
    this.#timers = [
      setInterval(() => void this.#renewLease(), leaseEveryMs),
      setInterval(() => void this.post().catch(() => {}), statusEveryMs),
    ];
  }

  /** Writes the status as it is now; after a write that is under way, for that one may say what was before. */
  async post(): Promise<void> {
    const post = this.#posts.then(() => (this.#isClosed ? undefined : this.#post()));
    this.#posts = post.catch(() => {});
    await post;
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #register(): Promise<void> {
    const { client, kubelet, machine, logger } = this.#options;
    let before = "";
    while (!this.#isClosed) {
      try {
        const body = nodeObject(kubelet, machine);
        await client.request("POST", "/api/v1/nodes", { body }).catch((error) => {
          if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
          return client.request("PATCH", this.#path, {
            body: { metadata: { labels: body.metadata.labels } },
            contentType: "application/merge-patch+json",
          });
        });
        await this.#post();
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== before) logger.warn({}, `the node is not registered yet: ${why}`);
        before = why;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  async #post(): Promise<void> {
    const { client, kubelet, machine, whyNotReady } = this.#options;
    const status = nodeStatus(kubelet, machine, whyNotReady(), this.#conditions, Date.now());
    const node = await client.request("PATCH", `${this.#path}/status`, {
      body: { status },
      contentType: "application/strategic-merge-patch+json",
    });
    this.#remember(node);
  }

  #remember(node: KubeObject): void {
    this.node = node;
    // A Node's status has conditions.
    this.#conditions = (node.status as { conditions?: PodCondition[] })?.conditions ?? [];
  }

  /** Whoever says otherwise of the node is told how it is; a Node that someone deletes is registered again. */
  #seen(node: KubeObject | undefined): void {
    if (this.#isClosed) return;
    if (node === undefined) return void this.#register();
    this.#remember(node);
    const ready = this.#conditions.find(({ type }) => type === "Ready");
    const wanted = this.#options.whyNotReady() === undefined ? "True" : "False";
    if (ready?.status !== wanted) void this.post().catch(() => {});
  }

  async #renewLease(): Promise<void> {
    const { client, kubelet, reconnected } = this.#options;
    const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    const spec = {
      holderIdentity: kubelet.nodeName,
      leaseDurationSeconds: leaseSeconds,
      renewTime: new Date().toISOString().replace("Z", "000Z"),
    };
    const options = { contentType: "application/merge-patch+json", timeoutMs: leaseEveryMs };
    try {
      await client
        .request("PATCH", `${leases}/${kubelet.nodeName}`, { ...options, body: { spec } })
        .catch((error) => {
          if (!isNotFound(error)) throw error;
          const metadata = { name: kubelet.nodeName, namespace: "kube-node-lease" };
          const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
          return client.request("POST", leases, { body, timeoutMs: leaseEveryMs });
        });
      if (this.#isAway) {
        this.#watch?.restart();
        reconnected();
        await this.post();
      }
      this.#isAway = false;
    } catch {
      this.#isAway = true;
    }
  }
}
