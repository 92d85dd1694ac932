import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectApi } from "../../contract.ts";
import type { PodTemplate, WorkloadObject } from "../../kinds/workload/types.ts";
import type { Children } from "./children.ts";
import { controlledBy, isTerminating } from "./pods.ts";
import { templateHash } from "./template-hash.ts";

export const revisionCollection = "controllerrevisions.apps";
export const revisionHashLabel = "controller-revision-hash";

export interface ControllerRevision extends KubeObject {
  readonly revision: number;
  readonly data: unknown;
}

/** The templates that a DaemonSet or StatefulSet has had, as ControllerRevisions: for its Pods' hash, and for undo. */
export class RevisionHistory {
  readonly #revisions: Children<ControllerRevision>;
  readonly #objects: ObjectApi;

  constructor(revisions: Children<ControllerRevision>, objects: ObjectApi) {
    this.#revisions = revisions;
    this.#objects = objects;
  }

  /** The value of the label that Pods of the present template have; its revision is made, or made the latest again. */
  present(owner: WorkloadObject): string {
    const data = dataOf(owner);
    const known = this.#revisions.claim(owner);
    const latest = Math.max(0, ...known.map(({ revision }) => revision));
    const same = known.find((revision) => isDeepStrictEqual(revision.data, data));
    // One that is going has its history collected with it: to make it anew would only keep the collector busy.
    if (same === undefined && isTerminating(owner)) return templateHash(data);
    if (same === undefined) return this.#create(owner, data, latest + 1);
    if (same.revision < latest) this.#objects.replace({ ...same, revision: latest + 1 });
    return hashOf(same);
  }

  /** The template of a revision, by its hash. */
  template(owner: WorkloadObject, hash: string): PodTemplate | undefined {
    const found = this.#revisions.claim(owner).find((revision) => hashOf(revision) === hash);
    // It is what dataOf() made.
    const data = found?.data as { readonly spec: { readonly template: PodTemplate } } | undefined;
    return data?.spec.template;
  }

  /** Forgets what is beyond the history and in use by no Pod. */
  trim(owner: WorkloadObject, used: ReadonlySet<string>): void {
    const { revisionHistoryLimit = 10 } = owner.spec;
    const idle = this.#revisions
      .claim(owner)
      .filter((revision) => !used.has(hashOf(revision)))
      .toSorted((left, right) => left.revision - right.revision);
    const surplus = idle.slice(0, Math.max(0, idle.length - revisionHistoryLimit));
    for (const { apiVersion, kind, metadata } of surplus) {
      const { namespace = "", name } = metadata;
      this.#objects.delete({ apiVersion, kind, namespace, name });
    }
  }

  #create(owner: WorkloadObject, data: object, revision: number): string {
    const hash = templateHash(data);
    const { name, namespace = "", annotations } = owner.metadata;
    this.#objects.create({
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        ...(annotations === undefined ? {} : { annotations }),
        labels: { ...owner.spec.template.metadata?.labels, [revisionHashLabel]: hash },
        ownerReferences: [controlledBy(owner)],
      },
      data,
      revision,
    });
    return hash;
  }
}

/** What kubectl applies as a patch to go back. */
function dataOf({ spec }: WorkloadObject): object {
  return { spec: { template: { ...spec.template, $patch: "replace" } } };
}

function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[revisionHashLabel] ?? "";
}
