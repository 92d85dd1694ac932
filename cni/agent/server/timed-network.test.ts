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
  const times = { linksMs: 0, rulesMs: 0, eitherMs: 0 };
  await timedNetwork(new Busy(), times).linkState({ link: "eth0" });
  expect(times.linksMs).toBeGreaterThanOrEqual(5);
  expect(times.rulesMs).toBe(0);
});

test("what goes on beside one another counts once in the time of either", async () => {
  const gate = Promise.withResolvers<void>();
  class Slow extends FakeNetwork {
    override apply = (): Promise<void> => gate.promise;
    override setRules = (): Promise<void> => gate.promise;
  }
  const times = { linksMs: 0, rulesMs: 0, eitherMs: 0 };
  const network = timedNetwork(new Slow(), times);
  const owner = { network: "net", containerId: "c1", ifname: "eth0" };
  const both = [network.apply([]), network.setRules(owner, [])];
  gate.resolve();
  await Promise.all(both);
  expect(times.eitherMs).toBeGreaterThanOrEqual(Math.max(times.linksMs, times.rulesMs));
  expect(times.eitherMs).toBeLessThanOrEqual(times.linksMs + times.rulesMs);
});
