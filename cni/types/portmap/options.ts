import type { HostPort, PluginRequest } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { parseAddress } from "../../ipam/address.ts";
import { Fields } from "../../json.ts";

export interface PortmapOptions {
  readonly snat: boolean;
  readonly masqAll: boolean;
  readonly markMasqBit: number;
  readonly conditionsV4: readonly string[];
  readonly conditionsV6: readonly string[];
  readonly mappings: readonly PortMapping[];
}

/** One of runtimeConfig.portMappings; `hostIp` is absent for every address of the node. */
export type PortMapping = Omit<HostPort, "podAddress">;

/**
 * The options of type portmap. Rules are nftables': `backend` is read and the words of either are taken, but for
 * conditions, which are in the backend's own language.
 * @throws CniError 7 naming key and value, 2 for conditions in iptables' words
 */
export function readPortmapOptions({ configuration }: PluginRequest): PortmapOptions {
  const fields = new Fields(configuration.raw);
  const runtimeConfig = new Fields(configuration.runtimeConfig, "runtimeConfig");
  checkBackend(fields);
  const bit = fields.integer("markMasqBit");
  if (bit !== undefined && fields.text("externalSetMarkChain"))
    throw fields.fault("markMasqBit", "cannot specify both markMasqBit and externalSetMarkChain");
  if (bit !== undefined && (bit < 0 || bit > 31))
    throw fields.fault("markMasqBit", `${bit} is no bit from 0 to 31`);
  return {
    snat: fields.flag("snat") ?? true,
    masqAll: fields.flag("masqAll") ?? false,
    markMasqBit: bit ?? 13,
    conditionsV4: readConditions(fields, "conditionsV4"),
    conditionsV6: readConditions(fields, "conditionsV6"),
    mappings: (runtimeConfig.children("portMappings") ?? []).map(readMapping),
  };
}

function checkBackend(fields: Fields): void {
  const backend = fields.text("backend") || "nftables";
  if (backend !== "nftables" && backend !== "iptables")
    throw fields.fault(
      "backend",
      `unrecognized backend "${backend}"; there are iptables, nftables`,
    );
}

function readConditions(fields: Fields, key: "conditionsV4" | "conditionsV6"): readonly string[] {
  const conditions = fields.texts(key) ?? [];
  const isIptables = fields.text("backend") === "iptables" || conditions.some(isIptablesOption);
  if (conditions.length > 0 && isIptables)
    throw new CniError(
      2,
      `${fields.pathOf(key)}: ${JSON.stringify(conditions)} is in iptables' words; write it as nftables has it, ["ip", "daddr", "192.0.2.1"]`,
    );
  return conditions;
}

const isIptablesOption = (word: string): boolean => /^--?[a-z]/i.test(word);

function readMapping(fields: Fields): PortMapping {
  const protocol = (fields.text("protocol") || "tcp").toLowerCase();
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp")
    throw fields.fault("protocol", `"${protocol}" is none of tcp, udp, sctp`);
  const hostIp = fields.text("hostIP") || undefined;
  if (hostIp !== undefined && parseAddress(hostIp) === undefined)
    throw fields.fault("hostIP", `"${hostIp}" is no IP address`);
  return {
    hostPort: readPort(fields, "hostPort"),
    containerPort: readPort(fields, "containerPort"),
    protocol,
    ...(hostIp !== undefined && { hostIp }),
  };
}

function readPort(fields: Fields, key: string): number {
  const port = fields.integer(key) ?? 0;
  if (port < 1 || port > 65535) throw fields.fault(key, `invalid port ${port} (1 to 65535)`);
  return port;
}
