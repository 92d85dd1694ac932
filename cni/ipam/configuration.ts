import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dns, PluginRequest, ResultRoute } from "../contract.ts";
import { CniError } from "../errors.ts";
import { Fields } from "../json.ts";
import { decodeRoute } from "../plugin/result/decode.ts";
import { type Address, parseAddress, parsePrefix } from "./address.ts";
import type { RangeSet } from "./range.ts";
import { readRangeSets } from "./range-sets.ts";
import { parseResolvConf } from "./resolv-conf.ts";

/** What `ipam` of type host-local says, with what the runtime asks for this one interface. */
export interface IpamConfiguration {
  readonly rangeSets: readonly RangeSet[];
  readonly routes: readonly ResultRoute[];
  readonly dns: Dns;
  /** Addresses that the interface has to get, and no others of their sets. */
  readonly requested: readonly Address[];
}

/** Where leases lie when the configuration does not say. */
export interface DataFolders {
  /** On tmpfs: no lease outlives its container at a reboot. */
  readonly own: string;
  /** The reference plugin's; a network that has leases there keeps them there. */
  readonly reference: string;
}

export const usualFolders: DataFolders = {
  own: "/run/fairlead/ipam",
  reference: "/var/lib/cni/networks",
};

/** @throws CniError 7 naming the key and the value at fault, 5 for a resolvConf that cannot be read */
export function readIpamConfiguration(request: PluginRequest): IpamConfiguration {
  const { configuration } = request;
  const ipam = new Fields(configuration.raw).child("ipam");
  if (ipam === undefined) throw new CniError(7, "ipam: IPAM config missing 'ipam' key");
  const runtimeConfig = new Fields(configuration.runtimeConfig, "runtimeConfig");
  return {
    rangeSets: readRangeSets(ipam, runtimeConfig, configuration.cniVersion),
    routes: (ipam.children("routes") ?? []).map(decodeRoute),
    dns: readResolvConf(ipam),
    requested: readRequested(request, runtimeConfig),
  };
}

/** The network's leases; read without judging the rest, which may have become invalid since ADD. */
export function networkFolder(
  { configuration: { raw }, attachment: { network } }: PluginRequest,
  folders: DataFolders,
): { readonly dataDir: string; readonly network: string } {
  const named = new Fields(raw).child("ipam")?.text("dataDir");
  if (named) return { dataDir: named, network };
  const isReference = existsSync(join(folders.reference, network));
  return { dataDir: isReference ? folders.reference : folders.own, network };
}

function readResolvConf(ipam: Fields): Dns {
  const path = ipam.text("resolvConf");
  if (!path) return {};
  try {
    return parseResolvConf(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CniError(5, `${ipam.pathOf("resolvConf")}: cannot read ${path}`, String(cause), {
      cause,
    });
  }
}

/** runtimeConfig.ips, args.cni.ips and CNI_ARGS IP together; one asked for twice is one. */
function readRequested(
  { configuration, cniArgs }: PluginRequest,
  runtimeConfig: Fields,
): readonly Address[] {
  const args = new Fields(configuration.args, "args.cni");
  const asked = [
    ...(runtimeConfig.texts("ips") ?? []).map((text) => ["runtimeConfig.ips", text] as const),
    ...(args.texts("ips") ?? []).map((text) => ["args.cni.ips", text] as const),
    ...(cniArgs.get("IP") ?? "")
      .split(",")
      .filter((text) => text !== "")
      .map((text) => ["CNI_ARGS IP", text] as const),
  ];
  const addresses = asked.map(([key, text]) => parseRequested(key, text));
  return addresses.filter(
    ({ family, value }, index) =>
      addresses.findIndex((other) => other.family === family && other.value === value) === index,
  );
}

function parseRequested(key: string, text: string): Address {
  const address = parsePrefix(text)?.address ?? parseAddress(text);
  if (address !== undefined) return address;
  throw new CniError(7, `${key}: "${text}" is no IP address, with or without a prefix length`);
}
