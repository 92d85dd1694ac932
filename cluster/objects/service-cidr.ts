import type { ServiceCIDR } from "../contract.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata } from "./metadata.ts";
import type { Pool } from "./pool.ts";

/** networking.k8s.io/v1 ServiceCIDR. */
export function decodeServiceCIDR(object: Fields, metadata: Fields, pool: Pool): ServiceCIDR {
  const { name, resourceVersion } = decodeMetadata(metadata, pool);
  return {
    namespace: "",
    name,
    resourceVersion,
    cidrs: object.child("spec")?.texts("cidrs") ?? [],
  };
}
