import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { createPlace } from "#test/topology/place.ts";
import type { CommitResult, Operation, TableFamily, TableId } from "./contract.ts";
import { type Backend, fakeBackend, kernelBackend } from "./testing/backends.ts";
import { rowsOfElements } from "./testing/rows-elements.ts";
import { rowsOfObjects } from "./testing/rows-objects.ts";
import { rowsOfRules } from "./testing/rows-rules.ts";
import { rowsOfTranslations } from "./testing/rows-translations.ts";
import { baseTransaction, serviceTransaction, spreadChain } from "./testing/service-table.ts";

const open: Backend[] = [];

async function bothBackends(): Promise<readonly Backend[]> {
  const place = await createPlace("nft", []);
  const backends = [fakeBackend(), kernelBackend(place)];
  open.push(...backends);
  return backends;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});

/** What the kernel adds to a refusal in its own words is not the fake's to know. */
function plain(result: CommitResult): unknown {
  if (result.ok || result.refusal === undefined) return result;
  const { operation, element, errnoName } = result.refusal;
  return { operation, element, errnoName };
}

async function outcome(
  backend: Backend,
  table: TableId,
  transactions: readonly (readonly Operation[])[],
): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const operations of transactions)
    results.push(
      await backend.nftables.commit({ table, operations }).then(plain, (error) => error.message),
    );
  return results;
}

describeWhere(["nftables", "nftListing"], "the kernel and the fake", () => {
  const rows = [...rowsOfObjects, ...rowsOfElements, ...rowsOfRules, ...rowsOfTranslations];
  test.each(rows)("$name", async ({ family = "ip", transactions, results }) => {
    const [fake, kernel] = await bothBackends();
    if (fake === undefined || kernel === undefined) throw new Error("two back ends");
    const table = { family, name: "fairlead" };
    const inKernel = await outcome(kernel, table, transactions);
    expect(inKernel, "results of the kernel").toEqual(
      results ?? transactions.map(() => ({ ok: true })),
    );
    expect(await outcome(fake, table, transactions), "results of the fake").toEqual(inKernel);
    expect(await fake.dump(table)).toBe(await kernel.dump(table));
    await expectSameReading(fake, kernel, table);
  });
});

async function expectSameReading(fake: Backend, kernel: Backend, table: TableId): Promise<void> {
  const [a, b] = [fake.nftables, kernel.nftables];
  expect(await a.tables(table.family)).toEqual(await b.tables(table.family));
  expect(await a.chains(table)).toEqual(await b.chains(table));
  const sets = await b.sets(table);
  expect(await a.sets(table)).toEqual(sets);
  for (const { name, interval } of sets ?? []) {
    const read = async ({ nftables }: Backend): Promise<readonly unknown[]> =>
      (await nftables.elements(table, name))
        .map(({ key, keyEnd, data, timeoutMs, comment, packets }) => ({
          key: Buffer.from(key).toString("hex"),
          keyEnd: Buffer.from(keyEnd ?? key).toString("hex"),
          data: data instanceof Uint8Array ? Buffer.from(data).toString("hex") : data,
          timeoutMs,
          comment,
          packets,
        }))
        .sort((x, y) => x.key.localeCompare(y.key));
    expect(await read(fake)).toEqual(await read(kernel));
    if (interval !== true)
      for (const { key, comment } of await b.elements(table, name))
        for (const { nftables } of [fake, kernel])
          expect(await nftables.element(table, name, key)).toMatchObject({
            ...(comment !== undefined && { comment }),
          });
  }
  for (const { name } of (await b.chains(table)) ?? []) {
    const comments = async ({ nftables }: Backend): Promise<unknown> =>
      (await nftables.rules(table, name)).map(({ comment }) => comment);
    expect(await comments(fake)).toEqual(await comments(kernel));
  }
}

describeWhere(["nftables"], "the generation", () => {
  test("is another after each transaction that was taken, and after no other", async () => {
    const table: TableId = { family: "ip", name: "fairlead" };
    for (const { nftables } of await bothBackends()) {
      const before = await nftables.generation();
      await nftables.commit({ table, operations: [{ kind: "deleteTable" }] });
      await nftables.tables("ip");
      expect(await nftables.generation()).toBe(before);
      await nftables.commit({ table, operations: [{ kind: "addTable" }] });
      expect(await nftables.generation()).not.toBe(before);
    }
  });
});

const families: readonly Extract<TableFamily, "ip" | "ip6">[] = ["ip", "ip6"];

describeWhere(["nftables", "nftListing"], "a Service proxy's rule set", () => {
  test.each(families)("lists the same from the kernel and the fake: %s", async (family) => {
    const table = { family, name: "fairlead" };
    const transactions = [
      baseTransaction(family),
      serviceTransaction(family),
      spreadChain("lb-3", 3),
    ];
    for (const backend of await bothBackends())
      expect(await outcome(backend, table, transactions)).toEqual([
        { ok: true },
        { ok: true },
        { ok: true },
      ]);
    const [fake, kernel] = open;
    expect(await fake?.dump(table)).toBe(await kernel?.dump(table));
  });
});
