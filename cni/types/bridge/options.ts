import type { PortVlan } from "../../contract.ts";
import { Fields } from "../../json.ts";
import { readVlans } from "./vlan.ts";

/** The options of type bridge, as the reference plugin has them. */
export interface BridgeOptions {
  readonly bridge: string;
  readonly isGateway: boolean;
  readonly isDefaultGateway: boolean;
  readonly forceAddress: boolean;
  readonly ipMasq: boolean;
  /** Destinations besides the pod's own subnet that see the pod's address: the cluster's. */
  readonly ipMasqExclude: readonly string[];
  /** Undefined: the kernel's default for a new link. */
  readonly mtu: number | undefined;
  readonly hairpinMode: boolean;
  readonly promiscMode: boolean;
  /** 0: none. */
  readonly vlan: number;
  readonly vlans: readonly PortVlan[];
  readonly preserveDefaultVlan: boolean;
  readonly macspoofchk: boolean;
  readonly disableContainerInterface: boolean;
  readonly portIsolation: boolean;
  readonly enabledad: boolean;
  readonly hasIpam: boolean;
}

/** What stands for an option that is not given. */
export type BridgeDefaults = Pick<
  BridgeOptions,
  "bridge" | "isGateway" | "isDefaultGateway" | "ipMasq" | "hairpinMode"
>;

/** The reference plugin's. */
export const referenceDefaults: BridgeDefaults = {
  bridge: "cni0",
  isGateway: false,
  isDefaultGateway: false,
  ipMasq: false,
  hairpinMode: false,
};

/** @throws CniError 7 naming the key and the value at fault */
export function readBridgeOptions(raw: Fields["object"], defaults: BridgeDefaults): BridgeOptions {
  const fields = new Fields(raw);
  const isDefaultGateway = fields.flag("isDefaultGateway") ?? defaults.isDefaultGateway;
  const options: BridgeOptions = {
    bridge: fields.text("bridge") || defaults.bridge,
    isGateway: isDefaultGateway || (fields.flag("isGateway") ?? defaults.isGateway),
    isDefaultGateway,
    forceAddress: fields.flag("forceAddress") ?? false,
    ipMasq: fields.flag("ipMasq") ?? defaults.ipMasq,
    ipMasqExclude: fields.texts("ipMasqExclude") ?? [],
    mtu: readMtu(fields),
    hairpinMode: fields.flag("hairpinMode") ?? defaults.hairpinMode,
    promiscMode: fields.flag("promiscMode") ?? false,
    ...readVlans(fields),
    preserveDefaultVlan: fields.flag("preserveDefaultVlan") ?? false,
    macspoofchk: fields.flag("macspoofchk") ?? false,
    disableContainerInterface: fields.flag("disableContainerInterface") ?? false,
    portIsolation: fields.flag("portIsolation") ?? false,
    enabledad: fields.flag("enabledad") ?? false,
    hasIpam: Boolean(fields.child("ipam")?.text("type")),
  };
  checkMasqueradeBackend(fields);
  checkTogether(fields, options);
  return options;
}

/** 0 and absent mean the kernel's default. */
export function readMtu(fields: Fields): number | undefined {
  const mtu = fields.integer("mtu") ?? 0;
  if (mtu < 0 || mtu > 65535) throw fields.fault("mtu", `${mtu} is no size from 0 to 65535`);
  return mtu === 0 ? undefined : mtu;
}

/** Rules are always nftables': iptables, where the reference would take it, is a front end to the same. */
export function checkMasqueradeBackend(fields: Fields): void {
  const backend = fields.text("ipMasqBackend") || "nftables";
  if (backend !== "nftables" && backend !== "iptables")
    throw fields.fault(
      "ipMasqBackend",
      `unknown backend "${backend}"; there are iptables, nftables`,
    );
}

function checkTogether(fields: Fields, options: BridgeOptions): void {
  if (options.hairpinMode && options.promiscMode)
    throw fields.fault(
      "promiscMode",
      "cannot set hairpin mode and promiscuous mode at the same time",
    );
  if (options.disableContainerInterface && options.hasIpam)
    throw fields.fault(
      "disableContainerInterface",
      "cannot use IPAM when the container interface is disabled",
    );
}
