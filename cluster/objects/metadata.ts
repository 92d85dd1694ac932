import type { SlimObject } from "../contract.ts";
import type { Fields } from "./fields.ts";
import type { Pool } from "./pool.ts";

/** What every object's metadata holds for us. */
export function decodeMetadata(metadata: Fields, pool: Pool): SlimObject {
  return {
    namespace: pool.text(metadata.text("namespace") ?? ""),
    name: metadata.requiredText("name"),
    resourceVersion: metadata.text("resourceVersion") ?? "",
  };
}
