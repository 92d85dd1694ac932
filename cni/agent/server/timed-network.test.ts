import { expect, test } from "vitest";
import { FakeNetwork } from "../../testing/fake-network.ts";
import { timedNetwork } from "./timed-network.ts";

test("work before the first await counts, too", async () => {
  class Busy extends FakeNetwork {
    override async linkState(): Promise<undefined> {
      const endMs = performance.now() + 5;
      while (performance.now() < endMs);
    }
  }
  const times = { linksMs: 0, rulesMs: 0 };
  await timedNetwork(new Busy(), times).linkState({ link: "eth0" });
  expect(times.linksMs).toBeGreaterThanOrEqual(5);
  expect(times.rulesMs).toBe(0);
});
