import type { KubeObject, ResourceRow } from "../contract.ts";
import { apiVersionOf } from "../resources/table.ts";
import { StatusError } from "../status.ts";
import { shapeProblem, withoutNulls } from "./shape.ts";
import { shapeOf } from "./shapes.ts";

/**
 * Takes what a client sent for an object of the row's kind. apiVersion and kind may be absent; metadata.name may be
 * absent and is "" then. The value is taken over, not copied.
 * @throws StatusError 400 when it is no object of that kind or a field has the wrong type.
 */
export function decode(given: unknown, row: ResourceRow): KubeObject {
  const apiVersion = apiVersionOf(row);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw refused(`expected an object of kind ${row.kind}`);
  }
  // Decoding border: everything that is read off it below has been checked by its shape.
  const {
    apiVersion: saidVersion,
    kind: saidKind,
    metadata,
    ...rest
  } = withoutNulls(given) as Partial<KubeObject>;
  if ((saidVersion ?? apiVersion) !== apiVersion || (saidKind ?? row.kind) !== row.kind) {
    throw refused(
      `${saidKind} in version "${saidVersion}" cannot be handled as a ${row.kind} in version "${apiVersion}"`,
    );
  }
  const object = { apiVersion, kind: row.kind, metadata: metadata ?? { name: "" }, ...rest };
  const problem = shapeProblem(object, shapeOf(row.group, row.kind), "");
  if (problem !== undefined) {
    const { path, expected, found } = problem;
    throw refused(
      `${row.kind} in version "${apiVersion}" cannot be handled: ${path} must be of type ${expected}, not ${found}`,
      path,
    );
  }
  return { ...object, metadata: { ...object.metadata, name: object.metadata.name ?? "" } };
}

function refused(message: string, field?: string): StatusError {
  if (field === undefined) return new StatusError(400, "BadRequest", message);
  const causes = [{ reason: "FieldValueInvalid", message, field }];
  return new StatusError(400, "BadRequest", message, { causes });
}
