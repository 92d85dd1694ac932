import { expect, test } from "vitest";
import { KeptResources } from "./kept.ts";

class Resource {
  closed = 0;

  async close(): Promise<void> {
    this.closed++;
  }
}

test("what both sides of a reload ask for is kept, the rest is closed", async () => {
  const kept = new KeptResources();
  const former = kept.hold();
  const shared = former.keep("shared", () => new Resource());
  const gone = former.keep("gone", () => new Resource());
  expect(former.keep("shared", () => new Resource())).toBe(shared);

  const next = kept.hold();
  expect(next.keep("shared", () => new Resource())).toBe(shared);
  await former.release();
  expect([shared.closed, gone.closed]).toEqual([0, 1]);

  await next.release();
  expect([shared.closed, gone.closed]).toEqual([1, 1]);
});

test("what was closed is made anew, and releasing twice closes once", async () => {
  const kept = new KeptResources();
  const first = kept.hold();
  const before = first.keep("key", () => new Resource());
  await first.release();
  await first.release();
  expect(before.closed).toBe(1);
  expect(kept.hold().keep("key", () => new Resource())).not.toBe(before);
});
