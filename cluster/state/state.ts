import type {
  ChangeSet,
  Changes,
  ClusterState,
  Collection,
  EndpointSlice,
  Kind,
  KindTypes,
  Pod,
  SlimEvent,
  StateWriter,
} from "../contract.ts";
import { equivalent } from "./equivalence.ts";
import { KindStore } from "./kind-store.ts";
import { MultiIndex } from "./multi-index.ts";
import { SyncLatch } from "./sync-latch.ts";

export interface ClusterStateSettings {
  /**
   * Told what a listener threw; the others and the source go on. Without it the error is rethrown outside the source's
   * read loop, where it ends the process.
   */
  readonly onListenerError?: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs?: () => number;
  /** For a state that is fed from another: how old that is. Without it what vouch() was told counts. */
  readonly staleForMs?: () => number;
}

/** An empty state. Both sides are one object; hand readers the ClusterState side and the source the StateWriter side. */
export function createClusterState(
  settings: ClusterStateSettings = {},
): ClusterState & StateWriter {
  return new State(settings);
}

class State implements ClusterState, StateWriter {
  readonly #slicesByService = new MultiIndex<EndpointSlice>(serviceKeys);
  readonly #podsByAddress = new MultiIndex<Pod>((pod) => pod.podIPs);
  readonly #stores: { readonly [K in Kind]: KindStore<KindTypes[K]> } = {
    Service: new KindStore({ equivalent: equivalent.Service }),
    EndpointSlice: new KindStore({
      equivalent: equivalent.EndpointSlice,
      index: this.#slicesByService,
    }),
    Namespace: new KindStore({ equivalent: equivalent.Namespace }),
    Pod: new KindStore({ equivalent: equivalent.Pod, index: this.#podsByAddress }),
    Node: new KindStore({ equivalent: equivalent.Node }),
    ServiceCIDR: new KindStore({ equivalent: equivalent.ServiceCIDR }),
  };
  readonly #latch = new SyncLatch();
  readonly #listeners = new Set<{ readonly notify: (changeSet: ChangeSet) => void }>();
  readonly #onListenerError: (error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #staleForMs: (() => number) | undefined;
  /** When each expected kind was last vouched for. */
  readonly #vouchedMs = new Map<Kind, number>();
  #revision = 0;

  readonly services = this.#stores.Service.table;
  readonly endpointSlices = this.#stores.EndpointSlice.table;
  readonly namespaces = this.#stores.Namespace.table;
  readonly pods = this.#stores.Pod.table;
  readonly nodes = this.#stores.Node.table;
  readonly serviceCIDRs = this.#stores.ServiceCIDR.table;

  constructor({
    onListenerError = rethrowLater,
    nowMs = monotonicMs,
    staleForMs,
  }: ClusterStateSettings) {
    this.#onListenerError = onListenerError;
    this.#nowMs = nowMs;
    this.#staleForMs = staleForMs;
  }

  get revision(): number {
    return this.#revision;
  }

  slicesOfService(namespace: string, serviceName: string): readonly EndpointSlice[] {
    return this.#slicesByService.get(serviceKey(namespace, serviceName));
  }

  podsByAddress(address: string): readonly Pod[] {
    return this.#podsByAddress.get(address);
  }

  hasSynced(kind?: Kind): boolean {
    return this.#latch.hasSynced(kind);
  }

  onSynced(listener: () => void): void {
    this.#latch.onSynced(listener);
  }

  staleForMs(): number {
    if (this.#staleForMs !== undefined) return this.#staleForMs();
    const nowMs = this.#nowMs();
    return nowMs - Math.min(nowMs, ...this.#vouchedMs.values());
  }

  onChange(listener: (changeSet: ChangeSet) => void): () => void {
    const entry = { notify: listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  expect(kind: Kind): void {
    this.#latch.expect(kind);
    if (!this.#vouchedMs.has(kind)) this.#vouchedMs.set(kind, Number.NEGATIVE_INFINITY);
  }

  apply<K extends Kind>(kind: K, events: readonly SlimEvent<K>[]): void {
    this.#announce(kind, this.#stores[kind].apply(events));
  }

  replace<K extends Kind>(kind: K, objects: Iterable<KindTypes[K]>): void {
    const changes = this.#stores[kind].replace(objects);
    this.#latch.mark(kind);
    this.#announce(kind, changes);
    this.#release();
  }

  markSynced(kind: Kind): void {
    this.#latch.mark(kind);
    this.#release();
  }

  held<K extends Kind>(kind: K): Collection<KindTypes[K]> {
    return this.#stores[kind].table;
  }

  vouch(kind: Kind): void {
    this.#vouchedMs.set(kind, this.#nowMs());
  }

  #announce<K extends Kind>(kind: K, changes: Changes<KindTypes[K]> | undefined): void {
    if (changes === undefined) return;
    this.#revision++;
    const changeSet: ChangeSet = { revision: this.#revision, changes: { [kind]: changes } };
    for (const listener of this.#listeners) this.#guarded(() => listener.notify(changeSet));
  }

  #release(): void {
    this.#latch.release((listener) => this.#guarded(listener));
  }

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onListenerError(error);
    }
  }
}

function serviceKeys(slice: EndpointSlice): readonly string[] {
  return slice.serviceName === "" ? [] : [serviceKey(slice.namespace, slice.serviceName)];
}

function serviceKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function monotonicMs(): number {
  return performance.now();
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
