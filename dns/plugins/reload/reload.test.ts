import { afterEach, describe, expect, test, vi } from "vitest";
import { outcome, setUp, testProcess } from "#test/support/plugin.ts";
import { waitMs } from "./rhythm.ts";
import { plugin } from "./setup.ts";

test.each([
  ["reload", "ok"],
  ["reload 10s", "ok"],
  ["reload 1m 0s", "ok"],
  ["reload 2s 1s", "ok"],
  ["reload 10s 1m", "ok"],
  ["reload 1999ms", "Corefile:2: reload interval '1999ms' is less than 2s"],
  ["reload 10s 999ms", "Corefile:2: reload jitter '999ms' is less than 1s; 0s turns it off"],
  ["reload 10s -2s", "Corefile:2: reload jitter '-2s' is negative"],
  [
    "reload often",
    "Corefile:2: reload interval 'often' is no duration; it should look like 5s, 1m30s or 500ms",
  ],
  ["reload 2s 1s 1s", "Corefile:2: '1s' is too many; it is written: reload [INTERVAL] [JITTER]"],
  ["reload {\n always\n}", "Corefile:3: 'always' is unknown in reload; nothing is accepted here"],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

test.each([
  [30_000, 15_000, 22_500, 37_500],
  [10_000, 15_000, 7500, 12_500],
  [2000, 1000, 1500, 2500],
  [30_000, 0, 30_000, 30_000],
])("%i ms with %i ms of jitter is from %i to %i ms", (intervalMs, jitterMs, least, most) => {
  expect(waitMs({ intervalMs, jitterMs }, () => 0)).toBe(least);
  expect(waitMs({ intervalMs, jitterMs }, () => 1)).toBe(most);
});

describe("the timer", () => {
  afterEach(() => vi.useRealTimers());

  test("asks for a look each interval, from start to stop", async () => {
    vi.useFakeTimers();
    const process = testProcess();
    const refresh = vi.fn(async () => {});
    const shared = { ...process.services.shared, refresh };
    const services = { ...process.services, shared };
    const reload = setUp(plugin, "reload 10s 0s", { ...process, services });
    vi.advanceTimersByTime(60_000);
    expect(refresh).not.toHaveBeenCalled();
    await reload.start?.();
    vi.advanceTimersByTime(35_000);
    expect(refresh).toHaveBeenCalledTimes(3);
    await reload.stop?.();
    vi.advanceTimersByTime(60_000);
    expect(refresh).toHaveBeenCalledTimes(3);
  });
});
