import type { Pod } from "../contract.ts";
import { decodeAddress } from "./addresses.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata } from "./metadata.ts";
import type { Pool } from "./pool.ts";

/** v1 Pod. */
export function decodePod(object: Fields, metadata: Fields, pool: Pool): Pod {
  const { namespace, name, resourceVersion } = decodeMetadata(metadata, pool);
  const status = object.child("status");
  return {
    namespace,
    name,
    resourceVersion,
    podIPs: status === undefined || isOver(metadata, status) ? none : decodePodIPs(status),
    nodeName: pool.optionalText(object.child("spec")?.text("nodeName")),
  };
}

const none: readonly never[] = [];

/** The address of such a pod may belong to another by now, though the status still names it. */
function isOver(metadata: Fields, status: Fields): boolean {
  const phase = status.text("phase");
  return (
    phase === "Succeeded" || phase === "Failed" || metadata.text("deletionTimestamp") !== undefined
  );
}

function decodePodIPs(status: Fields): readonly string[] {
  const listed = status.children("podIPs").map((entry) => entry.text("ip") ?? "");
  const primary = status.text("podIP") ?? "";
  const addresses = listed.length > 0 || primary === "" ? listed : [primary];
  return [...new Set(addresses.map((address) => decodeAddress(status, "podIPs", address)))];
}
