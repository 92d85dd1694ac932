import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { FairleadError } from "#observe/errors.ts";
import type { LabOptions, LabPlan } from "./contract.ts";

export const defaultFolder = "/run/fairlead-lab";
export const defaultSubnet = "172.30.0.0/23";
const mostNodes = 20;
/** Of the folder: with the name of the control socket it is a socket's address, which has 108. */
const mostFolderBytes = 94;

/** Offsets in the underlay. */
const GATEWAY = 1;
const FIRST_NODE = 2;
const OUTSIDE = 100;
const MACHINE = 254;

/**
 * Every name and address of a lab.
 * @throws FairleadError FL-U001 for a folder, a number of nodes or a subnet that cannot be used
 */
export function planLab(options: LabOptions): LabPlan {
  const { nodeCount, folder } = options;
  if (!Number.isInteger(nodeCount) || nodeCount < 1 || nodeCount > mostNodes)
    throw new FairleadError("FL-U001", `--nodes ${nodeCount} is no number from 1 to ${mostNodes}`);
  if (Buffer.byteLength(folder) > mostFolderBytes)
    throw new FairleadError(
      "FL-U001",
      `--folder ${folder} is longer than ${mostFolderBytes} bytes: give a shorter one`,
    );
  const base = baseOf(options.subnet);
  const at = (offset: number): string => addressAt(base, offset);
  const host = at(GATEWAY);
  const port = 6443;
  return {
    ...options,
    prefixLength: 24,
    underlay: `${at(0)}/24`,
    loadBalancerPool: `${at(256)}/24`,
    machine: { name: linkName(folder), address: at(MACHINE) },
    gateway: host,
    apiServer: { host, port, url: `https://${host}:${port}` },
    outside: { name: "outside", address: at(OUTSIDE) },
    nodes: Array.from({ length: nodeCount }, (_, index) => ({
      name: `node${index + 1}`,
      address: at(FIRST_NODE + index),
    })),
    clusterCidr: "10.244.0.0/16",
    nodeMaskSize: 24,
    serviceCidr: "10.96.0.0/16",
    clusterDns: "10.96.0.10",
    clusterDomain: "cluster.local",
  };
}

/** The machine's link is called after the folder, so that `down` knows it without having been told. */
export function linkName(folder: string): string {
  if (folder === defaultFolder) return "fairlead-lab";
  return `fl-lab-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
}

function baseOf(subnet: string): number {
  const [, address = "", length] = /^([\d.]+)\/(\d+)$/.exec(subnet) ?? [];
  if (length === "23" && ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const base = numberOf(address);
    if (base % 512 === 0) return base;
  }
  throw new FairleadError(
    "FL-U001",
    `--subnet ${subnet} is no IPv4 network with 23 bits such as ${defaultSubnet}`,
  );
}

function numberOf(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function addressAt(base: number, offset: number): string {
  const value = base + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
