import { expect, test } from "vitest";
import type { Logger } from "./contract.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";

function linesOf(options: LoggerOptions, use: (logger: Logger) => void): string[] {
  const lines: string[] = [];
  use(createLogger({ ...options, print: (line) => lines.push(line) }));
  return lines;
}

test.each<[string, (logger: Logger) => void, string]>([
  ["a sentence", (logger) => logger.info({}, "listening"), "[INFO] listening\n"],
  [
    "fields",
    (logger) => logger.warn({ port: 53, host: "a b" }, "taken"),
    '[WARNING] taken port=53 host="a b"\n',
  ],
  [
    "an error",
    (logger) => logger.error({ error: new Error("no such file") }, "unread"),
    '[ERROR] unread error="no such file"\n',
  ],
  ["debug", (logger) => logger.debug({ count: 2 }, "seen"), "[DEBUG] seen count=2\n"],
  [
    "a plugin",
    (logger) => logger.child({ plugin: "health" }).info({}, "up"),
    "[INFO] plugin/health: up\n",
  ],
  [
    "fields of child and entry",
    (logger) => logger.child({ plugin: "a", zone: "." }).info({ list: [1] }, "up"),
    "[INFO] plugin/a: up zone=. list=[1]\n",
  ],
])("text: %s", (_, use, line) => expect(linesOf({ level: "debug" }, use)).toEqual([line]));

test("entries below the level are dropped", () => {
  expect(linesOf({ level: "warn" }, (logger) => logger.info({}, "quiet"))).toEqual([]);
});

test("JSON has the level as a word and the time", () => {
  const [line = ""] = linesOf({ format: "json" }, (logger) =>
    logger.child({ plugin: "log" }).info({ n: 1 }, "text"),
  );
  expect(JSON.parse(line)).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    plugin: "log",
    n: 1,
    msg: "text",
  });
});
