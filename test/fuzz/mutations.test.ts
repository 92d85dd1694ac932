import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import { mutatedPacket } from "./mutations.ts";
import { Random } from "./random.ts";

function packets(seed: number): Buffer[] {
  const random = new Random(seed);
  return Array.from({ length: 5000 }, () => mutatedPacket(random).bytes);
}

test("the same seed makes the same packets, another seed others", () => {
  expect(packets(1)).toEqual(packets(1));
  expect(packets(1)).not.toEqual(packets(2));
});

test("of everything that can be due there is enough", () => {
  const kinds = packets(3).map((bytes) => {
    const due = judge(bytes);
    if (due.kind === "refusal") return `rcode ${due.rcode}`;
    return due.kind === "silence" ? due.kind : `reply of rcode ${due.rcodes.join(" or ")}`;
  });
  const counts = Map.groupBy(kinds, (kind) => kind);
  for (const kind of [
    "silence",
    "rcode 1",
    "rcode 4",
    "reply of rcode 16",
    "reply of rcode 5",
    "reply of rcode 0 or 3 or 5",
  ])
    expect(counts.get(kind)?.length ?? 0, kind).toBeGreaterThan(50);
});
