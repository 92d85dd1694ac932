import type { IpFamily } from "../contract.ts";
import type { FamilyHealth, SyncHealthReport } from "./contract.ts";

export interface SyncHealthOptions {
  readonly families: readonly IpFamily[];
  /** How long a change may wait to be programmed; kube-proxy: twice the sync period. */
  readonly timeoutMs: number;
  readonly nowMs: () => number;
}

/**
 * Whether the kernel follows the cluster. A proxy without news is healthy however old its rules are: only a change
 * that waits too long makes it stale.
 */
export class SyncHealth {
  readonly #options: SyncHealthOptions;
  readonly #waitingSinceMs = new Map<IpFamily, number>();
  readonly #updatedMs = new Map<IpFamily, number>();

  constructor(options: SyncHealthOptions) {
    this.#options = options;
  }

  /** A change has come that is not in the kernel yet. */
  queued(family: IpFamily): void {
    if (!this.#waitingSinceMs.has(family)) this.#waitingSinceMs.set(family, this.#options.nowMs());
  }

  /** Everything that had been queued is in the kernel. */
  updated(family: IpFamily): void {
    this.#waitingSinceMs.delete(family);
    this.#updatedMs.set(family, this.#options.nowMs());
  }

  get isHealthy(): boolean {
    return this.report().healthy;
  }

  report(): SyncHealthReport {
    const nowMs = this.#options.nowMs();
    const families = new Map(
      this.#options.families.map((family): [IpFamily, FamilyHealth] => {
        const waitedMs = nowMs - (this.#waitingSinceMs.get(family) ?? nowMs);
        const lastUpdatedMs = this.#updatedMs.get(family);
        return [family, { healthy: waitedMs < this.#options.timeoutMs, lastUpdatedMs }];
      }),
    );
    return { healthy: [...families.values()].every(({ healthy }) => healthy), nowMs, families };
  }
}
