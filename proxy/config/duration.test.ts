import { expect, it } from "vitest";
import { formatDuration, parseDurationMs } from "./duration.ts";

it.each([
  ["0", 0, "0s"],
  ["0s", 0, "0s"],
  ["250ms", 250, "250ms"],
  ["1.5s", 1_500, "1.5s"],
  [".5s", 500, "500ms"],
  ["90s", 90_000, "1m30s"],
  ["15m", 900_000, "15m0s"],
  ["24h0m0s", 86_400_000, "24h0m0s"],
  ["1h2m3.5s", 3_723_500, "1h2m3.5s"],
  ["1000us", 1, "1ms"],
  ["-2s", -2_000, "-2s"],
  ["+2s", 2_000, "2s"],
])("%s is %i ms and written %s", (text, durationMs, written) => {
  expect(parseDurationMs(text)).toBeCloseTo(durationMs, 6);
  expect(formatDuration(durationMs)).toBe(written);
});

it.each(["", "5", "s", "1d", "1h30", "1.2.3s", ".s", "1 s", "--1s"])("%j is none", (text) => {
  expect(parseDurationMs(text)).toBeUndefined();
});
