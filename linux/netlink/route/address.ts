import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../abi.ts";
import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import { addressFamily, decodeIp, encodeIp, encodePrefix, type IpFamily, ipFamily } from "../ip.ts";
import { readAttributes } from "../reader.ts";
import { NetlinkWriter } from "../writer.ts";
import { IFA, IFA_F, IFADDRMSG_BYTES, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from "./abi.ts";
import type { LinkAddress, PresentAddress } from "./contract.ts";

/**
 * Gives a link an address. IPv6: unless asked for without duplicate address detection, so that it can be used at once.
 * @param mode "replace" changes one that is there, "create" then fails with EEXIST
 */
export function addAddress(
  address: LinkAddress,
  mode: "create" | "replace" = "create",
): NetlinkRequest {
  return {
    operation: `add the address ${address.address} to link ${address.linkIndex}`,
    type: RTM_NEWADDR,
    flags: NLM_F_CREATE | (mode === "replace" ? NLM_F_REPLACE : NLM_F_EXCL),
    body: encode(address),
  };
}

export function deleteAddress(address: LinkAddress): NetlinkRequest {
  return {
    operation: `delete the address ${address.address} of link ${address.linkIndex}`,
    type: RTM_DELADDR,
    flags: 0,
    body: encode(address),
  };
}

/** For a dump, read with readAddress(). The kernel filters. */
export function listAddresses(
  filter: { readonly family?: IpFamily; readonly linkIndex?: number } = {},
): NetlinkRequest {
  const { family, linkIndex } = filter;
  const body = header(family === undefined ? 0 : addressFamily(family), 0, 0, linkIndex ?? 0);
  return { operation: "list addresses", type: RTM_GETADDR, flags: 0, body };
}

/**
 * Reads an RTM_NEWADDR or RTM_DELADDR; undefined for families other than IP.
 * @throws NetlinkFormatError when it is malformed
 */
export function readAddress({ body }: Pick<NetlinkReply, "body">): PresentAddress | undefined {
  if (ipFamily(body.readUInt8(0)) === undefined) return undefined;
  let local: Buffer | undefined;
  let remote: Buffer | undefined;
  let broadcast: string | undefined;
  let flags = body.readUInt8(2);
  readAttributes(body, IFADDRMSG_BYTES, (attribute) => {
    if (attribute.type === IFA.LOCAL) local = attribute.bytes();
    if (attribute.type === IFA.ADDRESS) remote = attribute.bytes();
    if (attribute.type === IFA.BROADCAST) broadcast = decodeIp(attribute.bytes());
    if (attribute.type === IFA.FLAGS) flags = attribute.u32();
  });
  return {
    linkIndex: body.readUInt32LE(4),
    // On a point-to-point link ADDRESS is the other end's; IPv6 mostly has no LOCAL.
    address: `${decodeIp(local ?? remote ?? Buffer.alloc(0))}/${body.readUInt8(1)}`,
    scope: body.readUInt8(3),
    ...(broadcast === undefined ? {} : { broadcast }),
    permanent: (flags & IFA_F.PERMANENT) !== 0,
    noPrefixRoute: (flags & IFA_F.NOPREFIXROUTE) !== 0,
    tentative: (flags & IFA_F.TENTATIVE) !== 0,
    duplicate: (flags & IFA_F.DADFAILED) !== 0,
  };
}

function encode(address: LinkAddress): Buffer {
  const { family, bytes, lengthBits } = encodePrefix(address.address);
  const isUndetected = family === 6 && address.duplicateDetection !== true;
  const flags =
    (isUndetected ? IFA_F.NODAD : 0) | (address.noPrefixRoute === true ? IFA_F.NOPREFIXROUTE : 0);
  const scope = address.scope ?? 0;
  const writer = new NetlinkWriter();
  writer.raw(header(addressFamily(family), lengthBits, scope, address.linkIndex));
  writer.bytes(IFA.LOCAL, bytes).bytes(IFA.ADDRESS, bytes);
  if (address.broadcast !== undefined) writer.bytes(IFA.BROADCAST, encodeIp(address.broadcast));
  if (flags !== 0) writer.u32(IFA.FLAGS, flags);
  return writer.finish();
}

/** A struct ifaddrmsg; flags beyond 8 bits go in an attribute. */
function header(family: number, lengthBits: number, scope: number, linkIndex: number): Buffer {
  const bytes = Buffer.alloc(IFADDRMSG_BYTES);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt8(lengthBits, 1);
  bytes.writeUInt8(scope, 3);
  bytes.writeUInt32LE(linkIndex, 4);
  return bytes;
}
