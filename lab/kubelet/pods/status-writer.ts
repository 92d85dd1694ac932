import { ApiError } from "../../client/api-error.ts";
import type { KubeClient } from "../../client/contract.ts";
import type { Pod, PodStatus } from "../contract.ts";

const retryMs = 200;

/** Writes one pod's status: at once, and while a write is under way the newest alone. */
export class StatusWriter {
  readonly #client: KubeClient;
  #pod: Pod;
  #wanted: PodStatus | undefined;
  #written: PodStatus | undefined;
  #writes: Promise<void> = Promise.resolve();

  constructor(client: KubeClient, pod: Pod) {
    this.#client = client;
    this.#pod = pod;
    this.#written = pod.status;
  }

  put(pod: Pod, status: PodStatus): void {
    this.#pod = pod;
    this.#wanted = status;
    this.#writes = this.#writes.then(() => this.#run());
  }

  /** When everything that was put is written. */
  async flushed(): Promise<void> {
    await this.#writes;
  }

  async #run(): Promise<void> {
    for (;;) {
      const wanted = this.#wanted;
      if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(this.#written)) return;
      try {
        await this.#write(wanted);
        this.#written = wanted;
      } catch (error) {
        // It is gone, or another pod has its name: nobody wants to know any more.
        if (error instanceof ApiError && [404, 409, 422].includes(error.httpCode)) return;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  async #write(status: PodStatus): Promise<void> {
    const { namespace, name, uid } = this.#pod.metadata;
    const before = this.#written;
    await this.#client.request("PATCH", `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      contentType: "application/strategic-merge-patch+json",
      body: {
        metadata: { uid },
        status: {
          ...status,
          podIPs: replaced(before?.podIPs, status.podIPs),
          hostIPs: replaced(before?.hostIPs, status.hostIPs),
        },
      },
    });
  }
}

type Addresses = readonly { readonly ip: string }[];

/** Lists that a strategic merge would only add to. */
function replaced(before: Addresses = [], after: Addresses = []): readonly object[] {
  const gone = before.filter(({ ip }) => !after.some((one) => one.ip === ip));
  return [...after, ...gone.map(({ ip }) => ({ $patch: "delete", ip }))];
}
