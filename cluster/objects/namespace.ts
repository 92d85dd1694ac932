import type { Namespace } from "../contract.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata } from "./metadata.ts";
import type { Pool } from "./pool.ts";

/** v1 Namespace. */
export function decodeNamespace(_object: Fields, metadata: Fields, pool: Pool): Namespace {
  const { name, resourceVersion } = decodeMetadata(metadata, pool);
  return {
    namespace: "",
    name: pool.text(name),
    resourceVersion,
    labels: metadata.textMap("labels"),
  };
}
