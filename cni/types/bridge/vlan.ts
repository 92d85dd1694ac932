import type { PortVlan } from "../../contract.ts";
import type { Fields } from "../../json.ts";

const HIGHEST_VID = 4094;

/**
 * `vlan`, the port's own, untagged VLAN, and `vlanTrunk`, those it carries with their tags.
 * @throws CniError 7 naming the entry
 */
export function readVlans(fields: Fields): {
  readonly vlan: number;
  readonly vlans: readonly PortVlan[];
} {
  const vlan = fields.integer("vlan") ?? 0;
  if (vlan < 0 || vlan > HIGHEST_VID)
    throw fields.fault("vlan", `invalid VLAN ID ${vlan} (must be between 0 and ${HIGHEST_VID})`);
  const own = vlan === 0 ? [] : [{ vid: vlan, pvid: true, untagged: true }];
  const trunk = (fields.children("vlanTrunk") ?? []).flatMap(readTrunkEntry);
  return { vlan, vlans: [...own, ...trunk] };
}

function readTrunkEntry(entry: Fields): PortVlan[] {
  const [id, minID, maxID] = ["id", "minID", "maxID"].map((key) => readVid(entry, key));
  if (minID !== undefined && maxID === undefined)
    throw entry.fault("maxID", "is missing: minID and maxID must be configured simultaneously");
  if (maxID !== undefined && minID === undefined)
    throw entry.fault("minID", "is missing: minID and maxID must be configured simultaneously");
  if (minID !== undefined && maxID !== undefined && maxID < minID)
    throw entry.fault("minID", `${minID} is greater than maxID ${maxID}`);
  if (id === undefined && minID === undefined)
    throw entry.fault("id", "is missing: an entry is {id} or {minID, maxID}");
  const range =
    minID === undefined
      ? []
      : [{ vid: minID, lastVid: maxID ?? minID, pvid: false, untagged: false }];
  return [...range, ...(id === undefined ? [] : [{ vid: id, pvid: false, untagged: false }])];
}

function readVid(entry: Fields, key: string): number | undefined {
  const vid = entry.integer(key);
  if (vid !== undefined && (vid < 1 || vid > HIGHEST_VID))
    throw entry.fault(key, `incorrect trunk VLAN ID ${vid} (must be between 1 and ${HIGHEST_VID})`);
  return vid;
}
