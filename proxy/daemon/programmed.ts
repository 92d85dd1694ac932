import type { ProgrammedService, ProgrammedServices } from "#cluster/contract.ts";
import type { IpFamily } from "../contract.ts";
import type { BatchReport } from "../sync/contract.ts";

/** Puts together what the families' tables hold: a Service is programmed when it is in all of them. */
export class ProgrammedByFamily implements ProgrammedServices {
  readonly #families: readonly IpFamily[];
  readonly #revisions = new Map<string, Map<IpFamily, number>>();
  readonly #listeners = new Set<(services: readonly ProgrammedService[]) => void>();
  readonly #exists: (namespace: string, name: string) => boolean;

  /** @param exists whether the cluster has the Service: what it has no more is forgotten */
  constructor(families: readonly IpFamily[], exists: (namespace: string, name: string) => boolean) {
    this.#families = families;
    this.#exists = exists;
  }

  revisionOf(namespace: string, name: string): number | undefined {
    return this.#least(this.#revisions.get(`${namespace}/${name}`));
  }

  onProgrammed(listener: (services: readonly ProgrammedService[]) => void): () => void {
    const entry = (services: readonly ProgrammedService[]): void => listener(services);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  synced({ family, services }: Pick<BatchReport, "family" | "services">): void {
    const complete: ProgrammedService[] = [];
    for (const { namespace, name, revision } of services) {
      const key = `${namespace}/${name}`;
      if (!this.#exists(namespace, name)) {
        this.#revisions.delete(key);
        continue;
      }
      const revisions = this.#revisions.get(key) ?? new Map<IpFamily, number>();
      this.#revisions.set(key, revisions.set(family, revision));
      const least = this.#least(revisions);
      if (least !== undefined) complete.push({ namespace, name, revision: least });
    }
    if (complete.length > 0) for (const listener of this.#listeners) listener(complete);
  }

  #least(revisions: ReadonlyMap<IpFamily, number> | undefined): number | undefined {
    if (revisions === undefined || revisions.size < this.#families.length) return undefined;
    return Math.min(...revisions.values());
  }
}
