import { expect, test } from "vitest";
import { exitStatus } from "./channels.ts";
import { lastLines, logQuery, shown } from "./log-query.ts";

const entries = [
  "2030-01-01T00:00:00.000000000Z stdout F one",
  "2030-01-01T00:00:01.000000000Z stdout P tw",
  "2030-01-01T00:00:01.000000000Z stdout F o",
  "2030-01-01T00:00:02.000000000Z stderr F three F x",
  "",
].join("\n");
const nowMs = Date.parse("2030-01-01T00:00:03Z");

test.each([
  ["", "one\ntwo\nthree F x\n"],
  ["tailLines=2", "two\nthree F x\n"],
  ["tailLines=0", ""],
  ["sinceSeconds=2", "two\nthree F x\n"],
  ["sinceTime=2030-01-01T00:00:02Z", "three F x\n"],
  [
    "timestamps=true&tailLines=2",
    "2030-01-01T00:00:01.000000000Z two\n2030-01-01T00:00:02.000000000Z three F x\n",
  ],
])("a log with %j", (text, expected) => {
  const query = logQuery(new URLSearchParams(text), nowMs);
  expect(shown(lastLines(entries, query.tailLines), query)).toBe(expected);
});

test("how a command ended", () => {
  expect(exitStatus(0)).toEqual({ metadata: {}, status: "Success" });
  expect(exitStatus(3)).toMatchObject({
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
});
