import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import type { CniCall, CniNode } from "./contract.ts";

/** Short words for rows. */

export const v4 = "10.1.2.0/24";
export const v6 = "2001:db8:1::/64";

/** ipam of type host-local with a range for each subnet, leases in the node's folder. */
export function leasing(node: CniNode, subnets: readonly string[], more: JsonObject = {}) {
  const ranges = subnets.map((subnet) => [{ subnet }]);
  return { ipam: { type: "host-local", dataDir: node.dataDir, ranges, ...more } };
}

export function bridge(node: CniNode, more: JsonObject = {}, subnets: readonly string[] = [v4]) {
  return { type: "bridge", bridge: "cni0", isGateway: true, ...leasing(node, subnets), ...more };
}

export interface IpLink {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly operstate: string;
  readonly master?: string;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly tentative?: boolean;
  }[];
  readonly linkinfo?: {
    readonly info_slave_data?: { readonly isolated?: boolean; readonly hairpin?: boolean };
  };
  readonly txqlen?: number;
}

/** Links as `ip` shows them, on the node or in a container. */
export function links(node: CniNode, id?: string): readonly IpLink[] {
  const args = ["-j", "-d", "addr"] as const;
  // What iproute2 prints is taken at its word.
  return JSON.parse(
    id === undefined ? node.run("ip", ...args) : node.runIn(id, "ip", ...args),
  ) as IpLink[];
}

export function link(node: CniNode, name: string, id?: string): IpLink | undefined {
  return links(node, id).find(({ ifname }) => ifname === name);
}

/** Global addresses of a link with their length. */
export function addresses(node: CniNode, name: string, id?: string): readonly string[] {
  const found = link(node, name, id)?.addr_info ?? [];
  return found
    .filter(({ scope }) => scope === "global")
    .map((each) => `${each.local}/${each.prefixlen}`);
}

/** Ends of veths on the node, which ADDs leave. */
export const veths = (node: CniNode): readonly string[] =>
  links(node)
    .map(({ ifname }) => ifname)
    .filter((name) => name.startsWith("veth"));

export const routes = (node: CniNode, id: string, ...words: readonly string[]): string =>
  node.runIn(id, "ip", ...words, "route", "show", "table", "all");

/** Leased addresses of network `net`. */
export function leases(node: CniNode): readonly string[] {
  const folder = join(node.dataDir, "net");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^[0-9a-f.:]+$/.test(name) && /[.:]/.test(name)).sort();
}

export const ruleset = (node: CniNode): string => node.run("nft", "list", "ruleset");

/** The call fails with that number, in words that match. */
export async function refused(
  node: CniNode,
  call: CniCall,
  code: number | undefined,
  words: RegExp,
): Promise<void> {
  const { status, document } = await node.cni(call);
  expect(status).not.toBe(0);
  expect(document.msg).toMatch(words);
  if (code !== undefined) expect(document.code).toBe(code);
}
