import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { createPlace, type OwnedPlace } from "#test/topology/place.ts";
import { FakeNftables } from "./fake/fake.ts";
import { openNftables } from "./kernel/nftables.ts";
import { baseTransaction, serviceTransaction, spreadChain } from "./testing/service-table.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function place(): Promise<OwnedPlace> {
  const made = await createPlace("equivalence", []);
  open.push(made);
  return made;
}

/**
 * What nft prints of rules as programs and of elements as bytes, in one order and without numbers of rules. Two things
 * that nft adds do nothing and are left out: it swaps the bytes of a protocol that has one byte, and ends, in front of
 * the first range, a range that never began.
 */
async function programs(where: OwnedPlace, family: string): Promise<readonly string[]> {
  const text = await where.run("nft", ["--debug=netlink", "list", "table", family, "fairlead"]);
  return text
    .slice(0, text.indexOf(`table ${family} fairlead {`))
    .replaceAll(/^(\S+ fairlead \S+) \d+( \d+)?/gm, "$1")
    .replaceAll(/__set\d+/g, "__set")
    .replaceAll(/ {2}\[ byteorder reg \d+ = hton\(reg \d+, 2, 1\) \]\n/g, "")
    .replaceAll(/\telement( 00000000)+ {2}: 1 \[end\]\n/g, "")
    .split(/\n(?=\S)/)
    .map((program) => program.trim())
    .map((program) => (program.includes("\telement") ? sortedLines(program) : program))
    .sort();
}

function sortedLines(text: string): string {
  return text.split("\n").sort().join("\n");
}

describeWhere(["nftables", "nftListing"], "what we encode and what nft makes of the text", () => {
  // nft 1.0.6 aborts on update statements with keys of more than 16 bytes: the rules of IPv6 affinity are left out.
  test.each(["ip", "ip6"] as const)("is one table: %s", async (family) => {
    const table = { family, name: "fairlead" };
    const transactions = [
      baseTransaction(family),
      serviceTransaction(family),
      spreadChain("lb-3", 3),
    ].map((operations) =>
      operations.filter(
        (operation) =>
          family === "ip" ||
          operation.kind !== "addRule" ||
          operation.rule.statements.every(({ kind }) => kind !== "dynamic"),
      ),
    );
    const [ours, theirs] = [await place(), await place()];
    const kernel = openNftables({ namespacePath: `/proc/${ours.pid}/ns/net` });
    open.unshift(kernel);
    const fake = new FakeNftables();
    for (const operations of transactions)
      for (const nftables of [kernel, fake])
        expect(await nftables.commit({ table, operations })).toEqual({ ok: true });
    await theirs.run("nft", ["-f", "-"], fake.dump(table));
    const list = (where: OwnedPlace): Promise<string> =>
      where.run("nft", ["list", "table", family, "fairlead"]);
    expect(await list(ours)).toBe(await list(theirs));
    expect(await programs(ours, family)).toEqual(await programs(theirs, family));
  });
});
