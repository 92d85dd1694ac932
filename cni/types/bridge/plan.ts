import type {
  Attachment,
  Dns,
  LinkState,
  NetworkChange,
  OwnedRules,
  Result,
  ResultIp,
  ResultRoute,
} from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { containerLinkChanges, forwardingChanges } from "../container-link.ts";
import {
  defaultRoutes,
  networkOf,
  prefixLengthOf,
  routesThroughGateways,
  withGateway,
} from "../gateway.ts";
import { bridgeMac, containerMac, hostLinkName, hostMac } from "../names.ts";
import { gatewayAddressChanges } from "./gateway-address.ts";
import type { BridgeOptions } from "./options.ts";

/** What a plan is made from. */
export interface BridgeSituation {
  readonly attachment: Attachment;
  readonly netns: string;
  readonly mac: string | undefined;
  readonly bootId: string;
  readonly dns: Dns | undefined;
  /** What IPAM gave; undefined without IPAM. */
  readonly leased: Result | undefined;
  /** The bridge as it is, and the one VLAN's link that carries the gateway. */
  readonly bridge: PresentBridge | undefined;
  readonly vlanGateway: PresentBridge | undefined;
}

export type PresentBridge = Pick<LinkState, "kind" | "up" | "addresses">;

export interface AttachmentPlan {
  readonly changes: readonly NetworkChange[];
  readonly rules: readonly OwnedRules[];
  /** Without what the kernel has yet to say of the links. */
  readonly result: Result;
}

/**
 * Everything that attaches a container to a bridge, as steps for the kernel and as the result of ADD.
 * @throws CniError 7 where the bridge that exists is at odds with the options
 */
export function planBridge(options: BridgeOptions, situation: BridgeSituation): AttachmentPlan {
  const { attachment, netns, bridge, leased } = situation;
  if (bridge !== undefined && bridge.kind !== "bridge")
    throw new CniError(
      7,
      `bridge: "${options.bridge}" already exists but is not a bridge`,
      `it is of kind ${bridge.kind}`,
    );
  const host = hostLinkName(attachment);
  const mac = situation.mac ?? containerMac(attachment);
  const ips = addressesOf(options, leased);
  const routes = routesOf(options, leased, ips);
  const gatewayLink = options.vlan === 0 ? options.bridge : `${options.bridge}.${options.vlan}`;
  const hasVlanGateway = options.isGateway && options.vlan !== 0 && ips.length > 0;
  return {
    changes: [
      ...bridgeChanges(options, situation),
      ...linkChanges(options, situation, host, mac),
      ...(options.disableContainerInterface
        ? []
        : containerChanges(options, situation, ips, routes)),
      ...(hasVlanGateway ? vlanGatewayChanges(options, gatewayLink) : []),
      ...(options.isGateway ? gatewayChanges(options, situation, gatewayLink, ips) : []),
      ...(options.disableContainerInterface ? [] : [{ kind: "await-up", link: host } as const]),
    ],
    rules: rulesOf(options, ips, host, mac),
    result: {
      interfaces: [
        { name: options.bridge },
        { name: host, mac: hostMac(attachment) },
        { name: attachment.ifname, mac, sandbox: netns },
        ...(hasVlanGateway ? [{ name: gatewayLink }] : []),
      ],
      ips: ips.map((ip) => ({ ...ip, interface: CONTAINER })),
      routes: leased === undefined ? [] : [...leased.routes, ...addedRoutes(options, leased, ips)],
      dns: situation.dns ?? leased?.dns ?? {},
    },
  };
}

/** Index of the container's link among the result's interfaces. */
const CONTAINER = 2;

function addressesOf(options: BridgeOptions, leased: Result | undefined): readonly ResultIp[] {
  const ips = leased?.ips ?? [];
  return options.isGateway ? ips.map(withGateway) : ips;
}

function addedRoutes(options: BridgeOptions, leased: Result, ips: readonly ResultIp[]) {
  return options.isDefaultGateway ? defaultRoutes(ips, leased.routes) : [];
}

function routesOf(
  options: BridgeOptions,
  leased: Result | undefined,
  ips: readonly ResultIp[],
): readonly ResultRoute[] {
  if (leased === undefined) return [];
  return routesThroughGateways([...leased.routes, ...addedRoutes(options, leased, ips)], ips);
}

function bridgeChanges(
  options: BridgeOptions,
  { bootId, bridge }: BridgeSituation,
): readonly NetworkChange[] {
  const { bridge: name, mtu, promiscMode } = options;
  const made = { kind: "bridge", name, mac: bridgeMac(name, bootId) } as const;
  return [
    {
      ...made,
      ...(mtu !== undefined && { mtu }),
      promiscuous: promiscMode,
      vlanFiltering: options.vlans.length > 0,
    },
    ...(bridge === undefined
      ? [{ kind: "sysctl", key: `net/ipv6/conf/${name}/accept_ra`, value: "0" } as const]
      : []),
    ...(bridge?.up ? [] : [{ kind: "up", link: name } as const]),
  ];
}

function linkChanges(
  options: BridgeOptions,
  { attachment, netns }: BridgeSituation,
  host: string,
  mac: string,
): readonly NetworkChange[] {
  const { bridge, hairpinMode: hairpin, portIsolation: isolated } = options;
  const port = { bridge, hairpin, isolated };
  const removeDefaultVlan = options.vlan !== 0 && !options.preserveDefaultVlan;
  return [
    {
      kind: "veth",
      host: { name: host, mac: hostMac(attachment) },
      container: { netns, name: attachment.ifname, mac },
      ...(options.mtu !== undefined && { mtu: options.mtu }),
      owner: attachment,
      port,
    },
    ...(options.vlans.length > 0 || removeDefaultVlan
      ? [{ kind: "port", link: host, ...port, vlans: options.vlans, removeDefaultVlan } as const]
      : []),
  ];
}

function containerChanges(
  options: BridgeOptions,
  { attachment, netns }: BridgeSituation,
  ips: readonly ResultIp[],
  routes: readonly ResultRoute[],
): readonly NetworkChange[] {
  const link = attachment.ifname;
  const duplicateDetection = options.enabledad;
  return containerLinkChanges({
    netns,
    link,
    ips,
    routes,
    duplicateDetection,
    noPrefixRoute: false,
  });
}

function vlanGatewayChanges(options: BridgeOptions, link: string): readonly NetworkChange[] {
  return [
    { kind: "vlan", name: link, bridge: options.bridge, vid: options.vlan },
    { kind: "up", link },
  ];
}

function gatewayChanges(
  options: BridgeOptions,
  { bridge, vlanGateway }: BridgeSituation,
  link: string,
  ips: readonly ResultIp[],
): readonly NetworkChange[] {
  const state = options.vlan === 0 ? bridge : vlanGateway;
  const addresses = ips
    .map(withGateway)
    .map(({ address, gateway }) => `${gateway}/${prefixLengthOf(address)}`);
  return [
    ...addresses.flatMap((address) =>
      gatewayAddressChanges(link, state, address, options.forceAddress),
    ),
    ...forwardingChanges(ips),
  ];
}

function rulesOf(
  options: BridgeOptions,
  ips: readonly ResultIp[],
  host: string,
  mac: string,
): readonly OwnedRules[] {
  const addresses = ips.map(({ address }) => address);
  const exclude = [...addresses.map(networkOf), ...options.ipMasqExclude];
  return [
    ...(options.ipMasq && addresses.length > 0
      ? [{ kind: "masquerade", addresses, exclude } as const]
      : []),
    ...(options.macspoofchk
      ? [{ kind: "anti-spoof", link: host, mac, bridge: options.bridge } as const]
      : []),
  ];
}
