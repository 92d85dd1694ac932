import type {
  HostPort,
  NetworkChange,
  OwnedRules,
  PluginRequest,
  PluginType,
  Result,
} from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { Fields } from "../../json.ts";
import { containerIps, hostLinkOf, rulesType } from "../chained.ts";
import { familyOf } from "../gateway.ts";
import type { NodeServices } from "../interface-type.ts";
import { type PortMapping, readPortmapOptions } from "./options.ts";

/** Type `portmap`: ports of the node that lead to ports of the container. */
export function portmap(services: NodeServices): PluginType {
  const { network } = services;
  return rulesType("portmap", "host-ports", services, planHostPorts, async (request, rules) => {
    const link = await hostLinkOf(request, network);
    // The route to the container is over the bridge, where its link is a port of one.
    const { master = link } = (await network.linkState({ link })) ?? {};
    const changes = localhostChanges(rules, master);
    if (changes.length > 0) await network.apply(changes);
  });
}

/**
 * Host ports that a process of the node listens on, which would get nothing from outside any more. Type fairlead asks,
 * unless `takeHeldPorts` is set; type portmap takes them, as the reference does: podman itself listens on the ports that
 * it maps, and asks for them once more with `podman network reload`.
 * @throws CniError 105 naming the first of them
 */
export async function refuseHeldPorts(
  { network }: NodeServices,
  request: PluginRequest,
  previous: Result,
): Promise<void> {
  if (new Fields(request.configuration.raw).flag("takeHeldPorts") === true) return;
  const rules = planHostPorts(request, previous);
  if (rules?.kind !== "host-ports") return;
  for (const mapping of rules.mappings) {
    const { hostPort, protocol, hostIp, podAddress } = mapping;
    const family = familyOf(podAddress);
    if (await network.isPortHeld({ hostPort, protocol, family, ...(hostIp && { hostIp }) }))
      throw new CniError(
        105,
        `runtimeConfig.portMappings: hostPort ${hostPort} (${protocol}) is held by a process of the node`,
        "choose another hostPort, or end what listens there; takeHeldPorts: true takes it",
      );
  }
}

/** Undefined where the runtime maps no port, or none of a family that the container has. */
function planHostPorts(request: PluginRequest, previous: Result): OwnedRules | undefined {
  const options = readPortmapOptions(request);
  const ips = containerIps(previous).map(({ address }) => address.split("/", 1)[0] ?? "");
  const mappings = ([4, 6] as const).flatMap((family) => {
    const podAddress = ips.find((ip) => familyOf(ip) === family);
    return podAddress === undefined
      ? []
      : options.mappings.flatMap((mapping) => toHostPort(mapping, family, podAddress));
  });
  if (mappings.length === 0) return undefined;
  const { snat, masqAll, markMasqBit: markBit, conditionsV4, conditionsV6 } = options;
  return {
    kind: "host-ports",
    mappings,
    masquerade: snat ? (masqAll ? "all" : "hairpin-and-local") : "none",
    markBit,
    conditions: { ip: conditionsV4, ip6: conditionsV6 },
  };
}

/** A mapping as the family has it: any address is no address, and one of the other family is none of ours. */
function toHostPort(
  { hostIp, ...mapping }: PortMapping,
  family: 4 | 6,
  podAddress: string,
): HostPort[] {
  if (hostIp === undefined) return [{ ...mapping, podAddress }];
  if (familyOf(hostIp) !== family) return [];
  return hostIp === "0.0.0.0" || hostIp === "::"
    ? [{ ...mapping, podAddress }]
    : [{ ...mapping, hostIp, podAddress }];
}

/** What the node sends to 127.0.0.1 may leave by the link once it is translated. */
function localhostChanges(rules: OwnedRules, link: string): readonly NetworkChange[] {
  const isWanted =
    rules.kind === "host-ports" &&
    rules.masquerade !== "none" &&
    rules.mappings.some(({ podAddress }) => familyOf(podAddress) === 4);
  return isWanted
    ? [{ kind: "sysctl", key: `net/ipv4/conf/${link}/route_localnet`, value: "1" }]
    : [];
}
