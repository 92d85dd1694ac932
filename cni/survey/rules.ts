import { decodeIp } from "#linux/netlink/ip.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import { parseOwnerName } from "../network/owner-name.ts";
import { notesOf, ownersSet, tagOf } from "../network/rules/notes.ts";
import { bridgeTable, inetTable } from "../network/rules/tables.ts";
import type { NotedElement, OwnerNote, SurveyedRules, TaggedElement } from "./contract.ts";

/** Rules by owner, and the elements that are of owners. */
export async function surveyRules(nft: Nftables): Promise<SurveyedRules> {
  const owners: OwnerNote[] = [];
  const elements: TaggedElement[] = [];
  for (const [family, table] of [
    ["inet", inetTable],
    ["bridge", bridgeTable],
  ] as const) {
    for (const note of notesOf(await nft.elements(table, ownersSet.name))) {
      const owner = parseOwnerName(note.name);
      if (owner === undefined) continue;
      const noted = note.elements.map(({ set, key }) => ({ set, keyHex: hex(key) }));
      const addresses = [...new Set(noted.flatMap(podAddress))];
      owners.push({ family, owner, tag: tagOf(note.name, note.kind), elements: noted, addresses });
    }
    for (const { name: set } of (await nft.sets(table)) ?? [])
      await nft.scan(table, set, ({ key, comment: tag = "" }) => {
        if (!ofNobody.includes(set)) elements.push({ family, set, keyHex: hex(key), tag });
      });
  }
  return { owners, elements };
}

const hex = (key: Uint8Array): string => Buffer.from(key).toString("hex");

/** Bridges, which belong to no attachment, and the notes themselves. */
const ofNobody = ["pod-bridges", ownersSet.name];

/** The pod's in an element's key, which ends with it or is nothing else. */
function podAddress({ set, keyHex }: NotedElement): readonly string[] {
  if (!/^(?:masquerade-[0-9a-f]{8}-|closed|hairpin|same-bridge)[46]$/.test(set)) return [];
  return [decodeIp(Buffer.from(keyHex, "hex").subarray(-addressBytesOf(set)))];
}

const addressBytesOf = (set: string): number => (set.endsWith("6") ? 16 : 4);

/** An element in words: "hostports4 tcp 8080", "masquerade-1a2b3c4d-4 10.1.2.3". */
export function elementText({ set, keyHex }: Pick<TaggedElement, "set" | "keyHex">): string {
  const key = Buffer.from(keyHex, "hex");
  const addressBytes = addressBytesOf(set);
  const address = (offset: number): string => decodeIp(key.subarray(offset, offset + addressBytes));
  const port = (offset: number): string =>
    `${protocols[key[offset] ?? 0] ?? key[offset]} ${key.readUInt16BE(offset + 4)}`;
  const name = (offset: number): string =>
    key.toString("utf8", offset, offset + INTERFACE_NAME_BYTES).replaceAll("\0", "");
  const words: Readonly<Record<string, () => string>> = {
    masquerade: () => address(0),
    closed: () => address(0),
    hostports: () => port(0),
    "hostports-at": () => `${address(0)} ${port(addressBytes)}`,
    "masquerade-all": () => `${address(0)} ${port(addressBytes)}`,
    hairpin: () => `${address(0)} ${address(addressBytes)}`,
    "same-bridge": () => `${name(0)} ${address(INTERFACE_NAME_BYTES)}`,
    guarded: () => name(0),
    "own-mac": () => name(0),
  };
  return `${set} ${words[set.replace(/(?:-[0-9a-f]{8}-)?[46]$/, "")]?.() ?? keyHex}`;
}

const INTERFACE_NAME_BYTES = 16;
const protocols: Readonly<Record<number, string>> = { 6: "tcp", 17: "udp", 132: "sctp" };
