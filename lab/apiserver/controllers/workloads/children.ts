import type { KubeObject, ObjectApi } from "../../contract.ts";
import type { LabelSelector } from "../../kinds/workload/types.ts";
import { selectsLabels } from "../../selectors/label-selector.ts";
import type { Collection } from "../../store/collection.ts";
import type { StoreEvent } from "../../store/history.ts";
import { controlledBy, controllerOf, isTerminating } from "./pods.ts";

/** What selects its children. */
interface Selecting extends KubeObject {
  readonly spec: { readonly selector: LabelSelector };
}

const none: ReadonlySet<string> = new Set();

/**
 * The objects of one collection by the workload of one kind that controls them. Objects without a controller that a
 * workload selects become its own, and those that it selects no longer are let go, as in Kubernetes.
 */
export class Children<Child extends KubeObject> {
  readonly #children: Collection;
  readonly #owners: Collection;
  readonly #ownerKind: string;
  readonly #objects: ObjectApi;
  readonly #changed: (owner: string) => void;
  /** Keys of children by key of their owner. */
  readonly #keysOf = new Map<string, Set<string>>();
  /** Keys of what has no controller, by namespace. */
  readonly #orphansIn = new Map<string, Set<string>>();

  /** `changed` is called inside the commit with the key of the owner whose children are others now. */
  constructor(
    children: Collection,
    owners: Collection,
    ownerKind: string,
    objects: ObjectApi,
    changed: (owner: string) => void,
  ) {
    this.#children = children;
    this.#owners = owners;
    this.#ownerKind = ownerKind;
    this.#objects = objects;
    this.#changed = changed;
    children.observe((event) => this.#onChild(event));
  }

  /** The children of a workload, after those that it may have were taken and those that it may not were let go. */
  claim(owner: Selecting): Child[] {
    const { namespace = "", name, uid } = owner.metadata;
    const { selector } = owner.spec;
    const own = this.#read(this.#keysOf.get(`${namespace}/${name}`)).filter(
      (child) => controllerOf(child)?.uid === uid,
    );
    const kept = own.filter((child) => selectsLabels(selector, child.metadata.labels));
    if (isTerminating(owner)) return kept;
    for (const child of own) if (!kept.includes(child)) this.#release(child, owner);
    const orphans = this.#read(this.#orphansIn.get(namespace)).filter(
      (child) => !isTerminating(child) && selectsLabels(selector, child.metadata.labels),
    );
    return [...kept, ...orphans.map((child) => this.#adopt(child, owner))];
  }

  #read(keys: ReadonlySet<string> = none): Child[] {
    return [...keys].flatMap((key) => this.#children.get(key)?.object ?? []) as Child[];
  }

  #adopt(child: Child, owner: Selecting): Child {
    const { ownerReferences = [] } = child.metadata;
    return this.#withOwners(child, [...ownerReferences, controlledBy(owner)]);
  }

  #release(child: Child, owner: Selecting): Child {
    const { ownerReferences = [] } = child.metadata;
    return this.#withOwners(
      child,
      ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid),
    );
  }

  #withOwners(child: Child, ownerReferences: KubeObject["metadata"]["ownerReferences"]): Child {
    const metadata = { ...child.metadata, ownerReferences };
    // Its kind stays what it was.
    return this.#objects.replace({ ...child, metadata }).object as Child;
  }

  #onChild({ type, before, after }: StoreEvent): void {
    const { namespace = "" } = after.object.metadata;
    const key = after.key;
    const former = before === undefined ? undefined : this.#ownerOf(before.object);
    const owner = type === "DELETED" ? undefined : this.#ownerOf(after.object);
    if (former !== undefined) {
      if (former !== owner) drop(this.#keysOf, former, key);
      this.#changed(former);
    }
    if (owner !== undefined) {
      put(this.#keysOf, owner, key);
      if (owner !== former) this.#changed(owner);
    }
    const isOrphan = type !== "DELETED" && controllerOf(after.object) === undefined;
    if (isOrphan) {
      put(this.#orphansIn, namespace, key);
      this.#tellSelecting(namespace, after.object);
    } else drop(this.#orphansIn, namespace, key);
  }

  #ownerOf(child: KubeObject): string | undefined {
    const owner = controllerOf(child);
    return owner?.kind === this.#ownerKind
      ? `${child.metadata.namespace}/${owner.name}`
      : undefined;
  }

  #tellSelecting(namespace: string, orphan: KubeObject): void {
    for (const { key, object } of this.#owners.range(`${namespace}/`)) {
      const { selector } = (object as Selecting).spec;
      if (selectsLabels(selector, orphan.metadata.labels)) this.#changed(key);
    }
  }
}

function put(sets: Map<string, Set<string>>, at: string, key: string): void {
  sets.set(at, (sets.get(at) ?? new Set()).add(key));
}

function drop(sets: Map<string, Set<string>>, at: string, key: string): void {
  const set = sets.get(at);
  set?.delete(key);
  if (set?.size === 0) sets.delete(at);
}
