import { encodePrefix, type IpFamily } from "#linux/netlink/ip.ts";
import type { Element, Operation, Rule } from "#linux/nft/contract.ts";
import type { HostPort, OwnedRules } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { sha256 } from "../../sha256.ts";
import { masquerades } from "./tables.ts";
import {
  addressKey,
  goto,
  inSet,
  macKey,
  masquerade,
  nameKey,
  ofFamily,
  payload,
  portKey,
  protocolKey,
  rule,
  verdict,
  wordsOf,
} from "./words.ts";

/** An element that belongs to an attachment. */
export interface OwnedElement {
  readonly set: string;
  readonly element: Element;
}

/** What several attachments share, made once: the operations fail where it is there. */
export interface SharedPart {
  readonly chain: string;
  /** Asked for where it is missing. */
  operations(): readonly Operation[];
}

export interface OwnedState {
  /** Sets that the elements are of, beyond the table's own. */
  readonly parts: readonly SharedPart[];
  readonly elements: readonly OwnedElement[];
  /** Elements that belong to nobody and stay. */
  readonly shared: readonly OwnedElement[];
}

const nothing: OwnedState = { parts: [], elements: [], shared: [] };

/** What one kind of rules of an attachment is in the tables. */
export function ownedState(rules: OwnedRules): OwnedState {
  switch (rules.kind) {
    case "masquerade":
      return masqueradeState(rules);
    case "host-ports":
      refuseConditions(rules);
      return { ...nothing, elements: unique(hostPortElements(rules)) };
    case "anti-spoof": {
      const link = nameKey(rules.link);
      const pair = Buffer.concat([link, macKey(rules.mac)]);
      return { ...nothing, elements: [one("guarded", link), one("own-mac", pair)] };
    }
    case "admission":
      return admissionState(rules);
  }
}

function masqueradeState({
  addresses,
  exclude,
}: Extract<OwnedRules, { kind: "masquerade" }>): OwnedState {
  const families = ([4, 6] as const).filter((family) => addresses.some(isOf(family)));
  const parts = families.map((family) => masqueradePart(family, exclude.filter(isOf(family))));
  return {
    ...nothing,
    parts,
    elements: families.flatMap((family, index) =>
      addresses
        .filter(isOf(family))
        .map((address) => one(parts[index]?.chain ?? "", addressKey(address))),
    ),
  };
}

/**
 * Who has the same destinations excluded shares a set and a chain of the same name. A map from addresses to chains
 * would be one lookup for all, but the kernel goes through all of its elements whenever one comes.
 */
function masqueradePart(family: IpFamily, exclude: readonly string[]): SharedPart {
  const hash = sha256(exclude.join()).slice(0, 8);
  const name = `masquerade-${hash}-${family}`;
  return {
    chain: name,
    operations() {
      const { addressType, saddr } = wordsOf(family);
      const members = rule(ofFamily(family), inSet(name, saddr), goto(name));
      return [
        { kind: "addChain", chain: { name }, exclusive: true },
        { kind: "addSet", set: { name, key: [addressType] } },
        ...masqueradeRules(family, exclude).map(
          (each): Operation => ({ kind: "addRule", chain: name, rule: each }),
        ),
        { kind: "addRule", chain: masquerades, rule: members },
      ];
    },
  };
}

const multicast: Readonly<Record<IpFamily, string>> = { 4: "224.0.0.0/4", 6: "ff00::/8" };

function masqueradeRules(family: IpFamily, exclude: readonly string[]): readonly Rule[] {
  const left = payload(family === 4 ? "ip daddr" : "ip6 daddr");
  const kept = [...new Set([...exclude, multicast[family]])].map((text) => {
    const { bytes: prefix, lengthBits } = encodePrefix(text);
    const isInPrefix = { kind: "matchPrefix", left, op: "==", prefix, lengthBits } as const;
    return rule(ofFamily(family), isInPrefix, verdict("return"));
  });
  return [...kept, rule(masquerade)];
}

/** A port that is mapped under conditions would be mapped without them. */
function refuseConditions({ conditions }: Extract<OwnedRules, { kind: "host-ports" }>): void {
  const words = [...conditions.ip, ...conditions.ip6];
  if (words.length > 0)
    throw new CniError(
      2,
      `conditionsV4, conditionsV6: ${JSON.stringify(words)}: conditions of host ports are not supported`,
    );
}

function hostPortElements({
  mappings,
  masquerade: how,
}: Extract<OwnedRules, { kind: "host-ports" }>): readonly OwnedElement[] {
  return mappings.flatMap((mapping) => {
    const { podAddress, containerPort, protocol } = mapping;
    const family = isOf(4)(podAddress) ? 4 : 6;
    const pod = addressKey(podAddress);
    const to = Buffer.concat([pod, protocolKey(protocol), portKey(containerPort)]);
    const local = family === 4 ? [addressKey("127.0.0.1")] : [];
    return [
      hostPortElement(mapping, family),
      ...(how === "none"
        ? []
        : [pod, ...local].map((source) => one(`hairpin${family}`, Buffer.concat([source, pod])))),
      ...(how === "all" ? [one(`masquerade-all${family}`, to)] : []),
    ];
  });
}

function hostPortElement(mapping: HostPort, family: IpFamily): OwnedElement {
  const { hostIp, hostPort, containerPort, protocol, podAddress } = mapping;
  const data = Buffer.concat([addressKey(podAddress), portKey(containerPort)]);
  const key = Buffer.concat([protocolKey(protocol), portKey(hostPort)]);
  return hostIp === undefined
    ? one(`hostports${family}`, key, data)
    : one(`hostports-at${family}`, Buffer.concat([addressKey(hostIp), key]), data);
}

function admissionState(rules: Extract<OwnedRules, { kind: "admission" }>): OwnedState {
  const { policy, addresses, bridge } = rules;
  if (policy === "open" || bridge === undefined) return nothing;
  const from = nameKey(bridge);
  return {
    ...nothing,
    shared: [one("pod-bridges", from)],
    elements: addresses.flatMap((address) => {
      const family = isOf(4)(address) ? 4 : 6;
      const key = addressKey(address);
      const same = one(`same-bridge${family}`, Buffer.concat([from, key]));
      return [one(`closed${family}`, key), ...(policy === "same-bridge" ? [same] : [])];
    }),
  };
}

const isOf =
  (family: IpFamily) =>
  (address: string): boolean =>
    address.includes(":") === (family === 6);

function one(set: string, key: Uint8Array, data?: Element["data"]): OwnedElement {
  return { set, element: data === undefined ? { key } : { key, data } };
}

function unique(elements: readonly OwnedElement[]): readonly OwnedElement[] {
  const byKey = new Map(
    elements.map((each) => [`${each.set} ${Buffer.from(each.element.key).toString("hex")}`, each]),
  );
  return [...byKey.values()];
}
