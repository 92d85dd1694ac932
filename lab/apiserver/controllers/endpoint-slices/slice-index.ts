import type { KubeObject } from "../../contract.ts";
import type { SliceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { StoreEvent } from "../../store/history.ts";
import { managedByLabel, serviceNameLabel } from "./owner.ts";

const none: ReadonlySet<string> = new Set();

/** The EndpointSlices of one manager by the Service that they belong to. */
export class SliceIndex {
  readonly #slices: Collection;
  readonly #managedBy: string;
  readonly #changed: (service: string) => void;
  readonly #keysOf = new Map<string, Set<string>>();

  /** `changed` is called inside the commit with the key of the Service whose slices are others now. */
  constructor(slices: Collection, managedBy: string, changed: (service: string) => void) {
    this.#slices = slices;
    this.#managedBy = managedBy;
    this.#changed = changed;
    slices.observe((event) => this.#onSlice(event));
  }

  of(service: string): SliceObject[] {
    const keys = [...(this.#keysOf.get(service) ?? none)];
    return keys.flatMap((key) => this.#slices.get(key)?.object ?? []) as SliceObject[];
  }

  #onSlice({ type, before, after }: StoreEvent): void {
    const owner = type === "DELETED" ? undefined : this.#ownerOf(after.object);
    const former = before === undefined ? undefined : this.#ownerOf(before.object);
    if (former !== undefined && former !== owner) {
      const keys = this.#keysOf.get(former);
      keys?.delete(after.key);
      if (keys?.size === 0) this.#keysOf.delete(former);
      this.#changed(former);
    }
    if (owner === undefined) return;
    this.#keysOf.set(owner, (this.#keysOf.get(owner) ?? new Set()).add(after.key));
    this.#changed(owner);
  }

  #ownerOf({ metadata: { namespace, labels = {} } }: KubeObject): string | undefined {
    const service = labels[serviceNameLabel];
    return service !== undefined && labels[managedByLabel] === this.#managedBy
      ? `${namespace}/${service}`
      : undefined;
  }
}
