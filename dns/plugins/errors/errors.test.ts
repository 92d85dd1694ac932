import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  outcome,
  query,
  refusing,
  replying,
  serve,
  setUp,
  testProcess,
} from "#test/support/plugin.ts";
import { plugin } from "./setup.ts";

const CONSOLIDATE = "consolidate DURATION REGEXP [warning|error|info|debug] [show_first]";

test.each([
  ["errors", "ok"],
  ["errors stdout", "ok"],
  ["errors {\n stacktrace\n}", "ok"],
  [
    'errors {\n consolidate 5m ".* i/o timeout$" warning\n consolidate 30s "^Failed to .+" show_first\n}',
    "ok",
  ],
  ["errors {\n consolidate 1m (?i)refused info show_first\n}", "ok"],
  ["errors /var/log/x", "Corefile:2: '/var/log/x' is unknown in errors; accepted: stdout"],
  [
    "errors\nerrors",
    "Corefile:3: 'errors' may stand once in a server block; it stands on line 2 already",
  ],
  [
    "errors {\n stactrace\n}",
    "Corefile:3: 'stactrace' is unknown in errors; did you mean 'stacktrace'? accepted: stacktrace, consolidate",
  ],
  ["errors {\n stacktrace on\n}", "Corefile:3: 'on' is too many; it is written: stacktrace"],
  [
    "errors {\n consolidate 5m\n}",
    `Corefile:3: 'consolidate' wants more words; it is written: ${CONSOLIDATE}`,
  ],
  [
    "errors {\n consolidate 5 x\n}",
    "Corefile:3: consolidate '5' is no duration; it should look like 5s, 1m30s or 500ms",
  ],
  ["errors {\n consolidate -5s x\n}", "Corefile:3: consolidate '-5s' is negative"],
  [
    "errors {\n consolidate 5s (\n}",
    expect.stringMatching(
      /^Corefile:3: consolidate '\(' is no regular expression: .*Unterminated group/,
    ),
  ],
  [
    `errors {\n consolidate 5s ${"x".repeat(10_001)}\n}`,
    "Corefile:3: consolidate has 10001 characters; at most 10000 are allowed",
  ],
  [
    "errors {\n consolidate 5s x warn\n}",
    "Corefile:3: 'warn' is unknown in consolidate; did you mean 'warning'? accepted: warning, error, info, debug, show_first",
  ],
  [
    "errors {\n consolidate 5s x info debug\n}",
    `Corefile:3: 'debug' should be the only level, and stand before show_first: ${CONSOLIDATE}`,
  ],
  [
    "errors {\n consolidate 5s x show_first info\n}",
    `Corefile:3: 'info' should be the only level, and stand before show_first: ${CONSOLIDATE}`,
  ],
])("%j", (lines, expected) => expect(outcome(plugin, lines)).toEqual(expected));

const SERVFAIL = 2;

function scene(lines: string) {
  const process = testProcess();
  const instance = setUp(plugin, lines, process);
  return {
    log: process.log,
    fail: (message: string, name = "Example.ORG. AAAA") =>
      serve(instance, query(name), refusing(SERVFAIL, new Error(message))),
    instance,
  };
}

test("an error is logged with rcode, name and type, and goes on", async () => {
  const { log, fail } = scene("errors");
  expect(await fail("no route")).toMatchObject({ kind: "refused", rcode: SERVFAIL });
  expect(log).toEqual(["[ERROR] plugin/errors: 2 example.org. AAAA: no route"]);
});

test("verdicts without an error are silent", async () => {
  const { log, instance } = scene("errors");
  await serve(instance, query("a.test."), refusing(5));
  await serve(instance, query("a.test."), replying({ rcode: 3 }));
  expect(log).toEqual([]);
});

test("stacktrace shows where the error was made", async () => {
  const { log, fail } = scene("errors {\n stacktrace\n}");
  await fail("no route");
  expect(log[0]).toMatch(
    /^\[ERROR\] plugin\/errors: 2 example\.org\. AAAA: no route stack="Error: no route\\n +at /,
  );
});

describe("consolidation", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const TIMEOUTS = 'consolidate 1m30s "timeout$"';

  test("errors like one another become a line a period", async () => {
    const { log, fail } = scene(`errors {\n ${TIMEOUTS} warning\n}`);
    await fail("i/o timeout");
    await fail("read timeout");
    await fail("no route");
    expect(log).toEqual(["[ERROR] plugin/errors: 2 example.org. AAAA: no route"]);
    vi.advanceTimersByTime(90_000);
    expect(log.slice(1)).toEqual([
      "[WARNING] plugin/errors: 2 errors like 'timeout$' occurred in last 1m30s",
    ]);
    vi.advanceTimersByTime(90_000);
    await fail("i/o timeout");
    vi.advanceTimersByTime(90_000);
    expect(log.slice(2)).toEqual([
      "[WARNING] plugin/errors: 1 errors like 'timeout$' occurred in last 1m30s",
    ]);
  });

  test("show_first logs the first as it is, at the pattern's level", async () => {
    const { log, fail } = scene(`errors {\n ${TIMEOUTS} info show_first\n}`);
    await fail("i/o timeout");
    expect(log).toEqual(["[INFO] plugin/errors: 2 example.org. AAAA: i/o timeout"]);
    vi.advanceTimersByTime(90_000);
    expect(log).toHaveLength(1);
    await fail("i/o timeout");
    await fail("i/o timeout");
    vi.advanceTimersByTime(90_000);
    expect(log.slice(2)).toEqual([
      "[INFO] plugin/errors: 2 errors like 'timeout$' occurred in last 1m30s",
    ]);
  });

  test("the first pattern that matches counts", async () => {
    const { log, fail } = scene(`errors {\n ${TIMEOUTS}\n consolidate 1s . debug\n}`);
    await fail("i/o timeout");
    vi.advanceTimersByTime(1000);
    expect(log).toEqual([]);
  });

  test("what is counted at the end is not lost", async () => {
    const { log, fail, instance } = scene(`errors {\n ${TIMEOUTS}\n}`);
    await fail("i/o timeout");
    await instance.stop?.();
    vi.advanceTimersByTime(90_000);
    expect(log).toEqual(["[ERROR] plugin/errors: 1 errors like 'timeout$' occurred in last 1m30s"]);
  });
});
