import { FairleadError } from "#observe/errors.ts";
import type { Kind } from "../contract.ts";

/** Steps from an object's root to a field, for example ["spec", "ports", 0, "port"]. */
export type FieldPath = readonly (string | number)[];

/** FL-C002: parsed JSON that is no object of the kind. */
export class ObjectDecodeError extends FairleadError {
  readonly kind: Kind;
  /** "namespace/name" as far as it could be read. */
  readonly key: string;
  readonly path: FieldPath;
  /** What is wrong with the field, without naming the object. */
  readonly problem: string;

  constructor(kind: Kind, key: string, path: FieldPath, problem: string) {
    super("FL-C002", `${kind} ${key}: ${formatPath(path)}: ${problem}`);
    this.kind = kind;
    this.key = key;
    this.path = path;
    this.problem = problem;
  }
}

/** The path as kubectl writes it: spec.ports[0].port. */
function formatPath(path: FieldPath): string {
  if (path.length === 0) return "(the object)";
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}
