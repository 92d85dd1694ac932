import type { KubeObject, ObjectMeta, ResourceRow } from "../contract.ts";
import { apiVersionOf } from "../resources/table.ts";
import { decodeBySchema, type TypeProblem } from "../schema/decode.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";
import { invalid, StatusError } from "../status.ts";

export interface DecodedObject {
  readonly object: KubeObject;
  /** Paths of fields that the kind lacks and the object therefore lost. */
  readonly unknownFields: readonly string[];
}

/**
 * Takes what a client sent for an object of the row's kind. apiVersion and kind may be absent; metadata.name may be
 * absent and is "" then. The value is taken over, not copied.
 * @throws StatusError 400 when it is no object of that kind or a field has the wrong type.
 */
export function decode(given: unknown, row: ResourceRow): DecodedObject {
  const apiVersion = apiVersionOf(row);
  if (!isRecord(given)) throw refused(`expected an object of kind ${row.kind}`);
  const saidVersion = given.apiVersion ?? apiVersion;
  const saidKind = given.kind ?? row.kind;
  if (saidVersion !== apiVersion || saidKind !== row.kind) {
    throw refused(
      `${saidKind} in version "${saidVersion}" cannot be handled as a ${row.kind} in version "${apiVersion}"`,
    );
  }
  const { value, unknownFields, problem } = decodeBySchema(given, row.schema);
  if (problem !== undefined) {
    const { path, expected, found } = problem;
    if (row.isCustom) throw wrongType(given, row, problem);
    throw refused(
      `${row.kind} in version "${apiVersion}" cannot be handled: ${path} must be of type ${expected}, not ${found}`,
      path,
    );
  }
  // Decoding border: the schema has checked everything that is read off it.
  const { metadata, ...rest } = value as Partial<KubeObject>;
  const object = {
    ...rest,
    apiVersion,
    kind: row.kind,
    metadata: { ...withoutEmpty(metadata), name: metadata?.name ?? "" },
  };
  return { object, unknownFields };
}

/** Maps and lists of metadata without anything in them say nothing: no labels are no different from none. */
function withoutEmpty(metadata: Partial<ObjectMeta> = {}): Partial<ObjectMeta> {
  const entries = Object.entries(metadata);
  const kept = entries.filter(
    ([, value]) => typeof value !== "object" || Object.keys(value).length > 0,
  );
  return kept.length === entries.length ? metadata : Object.fromEntries(kept);
}

/** Custom resources are held against their schema where built-in kinds cannot even be read. */
function wrongType(
  given: JsonRecord,
  row: ResourceRow,
  { path, expected, found }: TypeProblem,
): StatusError {
  const { name = "" } = (given.metadata ?? {}) as { readonly name?: string };
  const why = `${path} in body must be of type ${expected}: ${JSON.stringify(found)}`;
  const message = `Invalid value: ${JSON.stringify(found)}: ${why}`;
  return invalid(row, name, [{ field: path, reason: "FieldValueTypeInvalid", message }]);
}

function refused(message: string, field?: string): StatusError {
  if (field === undefined) return new StatusError(400, "BadRequest", message);
  const causes = [{ reason: "FieldValueInvalid", message, field }];
  return new StatusError(400, "BadRequest", message, { causes });
}
