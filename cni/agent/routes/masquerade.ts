import { encodePrefix, type IpFamily } from "#linux/netlink/ip.ts";
import type { Element, Nftables, Operation, Statement, TableId } from "#linux/nft/contract.ts";
import { CniError } from "../../errors.ts";
import { masquerade, ofFamily, payload, rule } from "../../network/rules/words.ts";
import type { DesiredRoutes } from "./contract.ts";
import { familyOf, isWithin } from "./nodes.ts";

/** Of the node, beside the table of its attachments. */
const nodeTable: TableId = { family: "inet", name: "fairlead-cni-node" };

const families: readonly IpFamily[] = [4, 6];
const multicast: Readonly<Record<IpFamily, { readonly prefix: string; readonly bits: number }>> = {
  4: { prefix: "224.0.0.0/4", bits: 4 },
  6: { prefix: "ff00::/8", bits: 8 },
};

/** What pods send out of the cluster bears the node's address; done again it changes nothing. */
const layout: readonly Operation[] = [
  { kind: "addTable" },
  ...families.flatMap((family): readonly Operation[] =>
    ["pods", "cluster"].map((name) => {
      const key = [family === 4 ? "ipv4_addr" : "ipv6_addr"] as const;
      return { kind: "addSet", set: { name: `${name}${family}`, key, interval: true } };
    }),
  ),
  {
    kind: "addChain",
    chain: {
      name: "postrouting",
      hook: { type: "nat", hook: "postrouting", priority: 100, policy: "accept" },
    },
  },
  { kind: "flushChain", chain: "postrouting" },
  ...families.map((family): Operation => {
    const protocol = family === 4 ? "ip" : "ip6";
    const [saddr, daddr] = [payload(`${protocol} saddr`), payload(`${protocol} daddr`)];
    const isIn = (key: typeof saddr, set: string, negated: boolean): Statement => {
      return { kind: "inSet", key: [key], set: `${set}${family}`, negated };
    };
    const { bytes: prefix, lengthBits } = encodePrefix(multicast[family].prefix);
    return {
      kind: "addRule",
      chain: "postrouting",
      rule: rule(
        ofFamily(family),
        isIn(saddr, "pods", false),
        isIn(daddr, "cluster", true),
        { kind: "matchPrefix", left: daddr, op: "!=", prefix, lengthBits },
        masquerade,
      ),
    };
  }),
];

/**
 * Makes the table's sets agree; elements that are right are not touched.
 * @throws CniError 103 for what the kernel refuses
 */
export async function reconcileMasquerade(
  nft: Nftables,
  { ownCidrs, clusterCidrs }: Pick<DesiredRoutes, "ownCidrs" | "clusterCidrs">,
): Promise<void> {
  const chains = await nft.chains(nodeTable);
  if (chains === undefined) await commit(nft, layout);
  const wanted = new Map<string, readonly Element[]>();
  for (const family of families) {
    wanted.set(`pods${family}`, elementsOf(ownCidrs, family));
    wanted.set(`cluster${family}`, elementsOf(clusterCidrs, family));
  }
  const operations: Operation[] = [];
  for (const [set, elements] of wanted) {
    const present = await nft.elements(nodeTable, set);
    const [before, after] = [new Set(present.map(text)), new Set(elements.map(text))];
    const gone = present.filter((each) => !after.has(text(each)));
    const added = elements.filter((each) => !before.has(text(each)));
    if (gone.length > 0) operations.push({ kind: "deleteElements", set, elements: gone.map(bare) });
    if (added.length > 0) operations.push({ kind: "addElements", set, elements: added });
  }
  if (operations.length > 0) await commit(nft, operations);
}

async function commit(nft: Nftables, operations: readonly Operation[]): Promise<void> {
  const result = await nft.commit({ table: nodeTable, operations });
  if (result.ok) return;
  const why = result.refusal?.errnoName ?? ("unknown" in result ? result.unknown : "");
  throw new CniError(103, `nf_tables refused the node's masquerade rules: ${why}`);
}

/** Ranges of the family, those within another left out: a set's ranges do not overlap. */
function elementsOf(cidrs: readonly string[], family: IpFamily): readonly Element[] {
  const own = [...new Set(cidrs.filter((cidr) => familyOf(cidr) === family))];
  const outer = own.filter((cidr) => !own.some((other) => other !== cidr && contains(other, cidr)));
  return outer.map((cidr) => {
    const { bytes: key, lengthBits } = encodePrefix(cidr);
    const keyEnd = key.map((byte, index) => {
      const kept = Math.min(8, Math.max(0, lengthBits - index * 8));
      return byte | (0xff >> kept);
    });
    return { key, keyEnd };
  });
}

function contains(outer: string, inner: string): boolean {
  const [address = "", length] = inner.split("/");
  return Number(outer.split("/")[1]) <= Number(length) && isWithin(address, outer);
}

const bare = ({ key, keyEnd }: Element): Element =>
  keyEnd === undefined ? { key } : { key, keyEnd };

const text = ({ key, keyEnd = key }: Element): string =>
  `${Buffer.from(key).toString("hex")}-${Buffer.from(keyEnd).toString("hex")}`;
