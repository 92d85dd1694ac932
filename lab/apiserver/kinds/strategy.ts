import type { KubeObject, ResourceRow } from "../contract.ts";
import type { FieldProblem } from "../status.ts";

/** What one kind does to its objects on the way into the store. Every step is optional. */
export interface Strategy {
  /** On create, before the defaults: what a new object gets, and what it cannot bring along. */
  readonly begin?: (object: KubeObject) => KubeObject;
  /** On update, before the defaults: what the server filled in earlier and the client left out. */
  readonly carryOver?: (object: KubeObject, before: KubeObject) => KubeObject;
  /** Defaults, on create and on update. The types have been checked. */
  readonly complete?: (object: KubeObject) => KubeObject;
  readonly validate?: (
    object: KubeObject,
    before: KubeObject | undefined,
  ) => readonly FieldProblem[];
  /** Takes addresses and ports; nothing is taken until the object is stored. May throw a StatusError. */
  readonly allocate?: (object: KubeObject) => KubeObject;
  /** How long a delete waits for whoever runs the object, who may have asked for another time; 0 is not at all. */
  readonly gracePeriodSeconds?: (object: KubeObject, asked: number | undefined) => number;
  /** What a first delete leaves behind for a controller to finish. Without it the object goes at once. */
  readonly terminate?: (object: KubeObject) => KubeObject;
}

/** Strategies by strategyKey(). */
export type Strategies = ReadonlyMap<string, Strategy>;

type Named = Pick<ResourceRow, "group" | "version" | "kind" | "isCustom">;

/** "group/Kind" ("/Service" in the core group); the versions of a custom resource differ, and so do their keys. */
export function strategyKey({ group, version, kind, isCustom }: Named): string {
  return isCustom ? `${group}/${version}/${kind}` : `${group}/${kind}`;
}

/** The strategy of a row's kind; one without any is {}. */
export function strategyOf(strategies: Strategies, row: Named): Strategy {
  return strategies.get(strategyKey(row)) ?? {};
}
