import type { NodeNetwork, PluginRequest, PluginType, Result } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { checkContainerLink, checkRules, expectSame } from "../check-link.ts";
import { familyOf, prefixLengthOf, withGateway } from "../gateway.ts";
import { type InterfaceMaker, interfaceType, type NodeServices } from "../interface-type.ts";
import { requestedMac } from "../mac.ts";
import { hostLinkName } from "../names.ts";
import {
  type BridgeDefaults,
  type BridgeOptions,
  readBridgeOptions,
  referenceDefaults,
} from "./options.ts";
import { type PresentBridge, planBridge } from "./plan.ts";

/** Type `bridge`: the container's veth as a port of a bridge on the host. */
export function bridge(services: NodeServices): PluginType {
  return interfaceType(bridgeMaker("bridge", referenceDefaults, services), services);
}

export function bridgeMaker(
  name: string,
  defaults: BridgeDefaults,
  { host, network }: NodeServices,
): InterfaceMaker {
  const read = new WeakMap<object, BridgeOptions>();
  const optionsOf = ({ configuration: { raw } }: PluginRequest): BridgeOptions => {
    const options = read.get(raw) ?? readBridgeOptions(raw, defaults);
    read.set(raw, options);
    return options;
  };
  return {
    name,
    ruleKinds: ["masquerade", "anti-spoof"],

    validate(request): void {
      optionsOf(request);
      requestedMac(request);
    },

    async plan(request, leased) {
      const options = optionsOf(request);
      const { attachment, netns, configuration } = request;
      const family = onlyFamily(leased);
      const present = await presentBridge(network, options.bridge, family);
      const vlanGateway =
        options.vlan === 0
          ? undefined
          : await presentBridge(network, `${options.bridge}.${options.vlan}`, family);
      return planBridge(options, {
        attachment,
        netns,
        leased,
        vlanGateway,
        bridge: present,
        mac: requestedMac(request),
        bootId: host.bootId(),
        dns: hasAny(configuration.dns) ? configuration.dns : undefined,
      });
    },

    check: (request, previous) => checkBridge(request, optionsOf(request), previous, network),
  };
}

/** With the addresses that gateways of the family could be at odds with. */
async function presentBridge(
  network: NodeNetwork,
  link: string,
  family: 4 | 6 | undefined,
): Promise<PresentBridge | undefined> {
  const head = await network.linkHead({ link });
  if (head === undefined) return undefined;
  return { kind: head.kind, up: head.up, addresses: await network.addresses({ link }, family) };
}

/** Undefined for both. */
function onlyFamily(leased: Result | undefined): 4 | 6 | undefined {
  const [family, ...others] = new Set(leased?.ips.map(({ address }) => familyOf(address)));
  return others.length === 0 ? family : undefined;
}

/** Any key given, even an empty list, takes the place of IPAM's. */
function hasAny(dns: object | undefined): boolean {
  return dns !== undefined && Object.keys(dns).length > 0;
}

async function checkBridge(
  request: PluginRequest,
  options: BridgeOptions,
  previous: Result,
  network: NodeNetwork,
): Promise<void> {
  const { bridge: name } = options;
  const state = await network.linkState({ link: name });
  if (state === undefined) throw new CniError(102, `bridge ${name} is missing`);
  expectSame(`kind of ${name}`, state.kind, "bridge");
  const mac = previous.interfaces.find((link) => link.name === name && !link.sandbox)?.mac;
  if (mac !== undefined) expectSame(`hardware address of ${name}`, state.mac, mac);
  expectSame(`promiscuous mode of ${name}`, state.promiscuous, options.promiscMode);
  const container = await checkContainerLink(request, previous, network);
  await checkPort(container.peer ?? hostLinkName(request.attachment), options, network);
  if (options.isGateway && options.vlan === 0) checkGateways(name, state.addresses, previous);
  if (options.ipMasq && previous.ips.length > 0) await checkRules(request, "masquerade", network);
  if (options.macspoofchk) await checkRules(request, "anti-spoof", network);
}

async function checkPort(
  port: string,
  options: BridgeOptions,
  network: NodeNetwork,
): Promise<void> {
  const state = await network.linkState({ link: port });
  if (state === undefined) throw new CniError(102, `link ${port} on the host is missing`);
  expectSame(`bridge of ${port}`, state.master, options.bridge);
  expectSame(`hairpin mode of ${port}`, state.hairpin, options.hairpinMode);
  expectSame(`isolation of ${port}`, state.isolated, options.portIsolation);
  if (options.mtu !== undefined) expectSame(`mtu of ${port}`, state.mtu, options.mtu);
}

function checkGateways(link: string, present: readonly string[], previous: Result): void {
  for (const { gateway, address } of previous.ips.map(withGateway)) {
    const wanted = `${gateway}/${prefixLengthOf(address)}`;
    if (!present.includes(wanted))
      throw new CniError(102, `gateway address ${wanted} is missing on ${link}`);
  }
}
