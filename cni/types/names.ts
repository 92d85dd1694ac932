import type { Attachment } from "../contract.ts";
import { sha256 } from "../sha256.ts";

/**
 * Names and hardware addresses that follow from what they are for: whoever removes an attachment finds its link
 * without the container's namespace, and an ADD that was killed leaves nothing that a second one cannot find.
 */
export function hostLinkName(attachment: Attachment): string {
  return `veth${digest("link", attachment).slice(0, 11)}`;
}

export function containerMac(attachment: Attachment): string {
  return toMac(digest("container", attachment));
}

export function hostMac(attachment: Attachment): string {
  return toMac(digest("host", attachment));
}

/** A bridge's, which no two nodes share. */
export function bridgeMac(bridge: string, bootId: string): string {
  return toMac(digestOf(["bridge", bridge, bootId]));
}

/** The ifb device that shapes what the container sends. */
export function ifbName(attachment: Attachment): string {
  return `bwp${digest("ifb", attachment).slice(0, 12)}`;
}

function digest(purpose: string, { network, containerId, ifname }: Attachment): string {
  return digestOf([purpose, network, containerId, ifname]);
}

const digestOf = (parts: readonly string[]): string => sha256(parts.join("\n"));

/** Of a digest: unicast, locally administered (IEEE 802). */
export function toMac(hex: string): string {
  return ["02", ...(hex.slice(0, 10).match(/../g) ?? [])].join(":");
}
