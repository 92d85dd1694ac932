import type { KubeObject, ResourceRow, Sources } from "../contract.ts";
import { alreadyExists, invalid } from "../status.ts";
import type { Collection } from "../store/collection.ts";
import { keyOf } from "./keys.ts";
import { generatedName } from "./metadata.ts";

const attempts = 8;

/**
 * The name that the object has, or a free one made from its generateName.
 * @throws StatusError 422 when it has neither, 409 when no free one was found
 */
export function nameFor(
  { metadata }: KubeObject,
  row: ResourceRow,
  namespace: string,
  collection: Collection,
  random: Sources["random"],
): string {
  if (metadata.name !== "") return metadata.name;
  const base = metadata.generateName ?? "";
  if (base === "") {
    const message = "Required value: name or generateName is required";
    throw invalid(row, "", [{ field: "metadata.name", reason: "FieldValueRequired", message }]);
  }
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const name = generatedName(base, random);
    if (collection.get(keyOf(row, namespace, name)) === undefined) return name;
  }
  throw alreadyExists(row, base);
}
