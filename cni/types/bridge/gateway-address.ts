import type { LinkState, NetworkChange } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { isInSubnet, parsePrefix, subnetOf } from "../../ipam/address.ts";
import { familyOf } from "../gateway.ts";

/**
 * The changes that give a bridge its gateway address. Another one of IPv4, or one of IPv6 whose subnet overlaps, is
 * in the way: it is replaced with `force`, else refused.
 * @throws CniError 7
 */
export function gatewayAddressChanges(
  link: string,
  state: Pick<LinkState, "addresses"> | undefined,
  address: string,
  force: boolean,
): readonly NetworkChange[] {
  const present = state?.addresses ?? [];
  if (present.includes(address)) return [];
  const inTheWay = present.filter((other) => conflicts(other, address));
  if (inTheWay.length > 0 && !force)
    throw new CniError(
      7,
      `"${link}" already has an IP address different from ${address}`,
      `it has ${inTheWay.join(", ")}; forceAddress replaces it`,
    );
  return [
    ...inTheWay.map((other) => ({ kind: "remove-address", link, address: other }) as const),
    { kind: "address", link, address, noPrefixRoute: false, duplicateDetection: false },
  ];
}

function conflicts(present: string, wanted: string): boolean {
  if (familyOf(present) !== familyOf(wanted)) return false;
  if (familyOf(wanted) === 4) return true;
  const [one, other] = [parsePrefix(present), parsePrefix(wanted)];
  return (
    one !== undefined &&
    other !== undefined &&
    (isInSubnet(one.address, subnetOf(other.address, other.prefixLength)) ||
      isInSubnet(other.address, subnetOf(one.address, one.prefixLength)))
  );
}
