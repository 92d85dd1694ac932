import { expect, test } from "vitest";
import type { Operation } from "../contract.ts";
import { addElements, key } from "../testing/words.ts";
import { FakeNftables } from "./fake.ts";

const table = { family: "ip", name: "fairlead" } as const;
const base: readonly Operation[] = [
  { kind: "addTable" },
  { kind: "addSet", set: { name: "s", key: ["ipv4_addr"], counter: true } },
  { kind: "addSet", set: { name: "brief", key: ["ipv4_addr"], timeout: { defaultMs: 2000 } } },
];
const add = (...ips: string[]): Operation =>
  addElements("s", ...ips.map((ip) => ({ key: key(ip) })));

async function fakeWithBase(nowMs: () => number = () => 0): Promise<FakeNftables> {
  const fake = new FakeNftables({ nowMs });
  expect(await fake.commit({ table, operations: base })).toEqual({ ok: true });
  return fake;
}

test("an element is refused on demand, and its whole transaction with it", async () => {
  const fake = await fakeWithBase();
  const before = fake.dump(table);
  const bad = key("10.0.0.3");
  fake.refuseElements((_, element) =>
    Buffer.compare(element.key, bad) === 0 ? "ENOMEM" : undefined,
  );
  const refusal = { operation: 1, element: 2, errnoName: "ENOMEM", message: "" };
  const operations: readonly Operation[] = [
    { kind: "addChain", chain: { name: "c" } },
    add("10.0.0.1", "10.0.0.2", "10.0.0.3"),
  ];
  expect(await fake.commit({ table, operations })).toEqual({ ok: false, refusal });
  expect(fake.dump(table)).toBe(before);
  fake.refuseElements(() => undefined);
  expect(await fake.commit({ table, operations })).toEqual({ ok: true });
  expect(fake.commits).toBe(2);
});

test("an outcome can be left in doubt", async () => {
  const fake = await fakeWithBase();
  const doubt = { ok: false, refusal: undefined, unknown: "the thread ended" } as const;
  fake.answerNext(doubt);
  expect(await fake.commit({ table, operations: [add("10.0.0.1")] })).toEqual(doubt);
  expect(await fake.elements(table, "s")).toEqual([]);
  expect(await fake.commit({ table, operations: [add("10.0.0.1")] })).toEqual({ ok: true });
});

test("elements lapse by the clock that was handed in", async () => {
  let nowMs = 1000;
  const fake = await fakeWithBase(() => nowMs);
  const own = { key: key("10.0.0.2"), timeoutMs: 5000 };
  const operations = [addElements("brief", { key: key("10.0.0.1") }, own)];
  await fake.commit({ table, operations });
  nowMs = 2500;
  expect(await fake.elements(table, "brief")).toEqual([
    { key: key("10.0.0.1"), expiresMs: 500 },
    { ...own, expiresMs: 3500 },
  ]);
  nowMs = 3000;
  expect(await fake.elements(table, "brief")).toEqual([{ ...own, expiresMs: 3000 }]);
  // What has lapsed can be added anew.
  const renewed = [addElements("brief", { key: key("10.0.0.1") })];
  expect(await fake.commit({ table, operations: renewed })).toEqual({ ok: true });
});

test("hits are counted where the set counts", async () => {
  const fake = await fakeWithBase();
  await fake.commit({ table, operations: [add("10.0.0.1", "10.0.0.2")] });
  fake.hit(table, "s", key("10.0.0.2"), 3n);
  fake.hit(table, "s", key("10.0.0.2"), 4n);
  expect(await fake.elements(table, "s")).toEqual([
    { key: key("10.0.0.1"), packets: 0n },
    { key: key("10.0.0.2"), packets: 7n },
  ]);
  expect(fake.dump(table)).toContain("10.0.0.2 counter packets 7 bytes 0");
});

test("a table that is not there has no dump", () => {
  expect(new FakeNftables().dump(table)).toBeUndefined();
});
