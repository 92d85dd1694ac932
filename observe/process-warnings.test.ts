import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";
import { logProcessWarnings } from "./process-warnings.ts";

test("warnings of the runtime reach the log until stopped", () => {
  const lines: string[] = [];
  const source = new EventEmitter();
  const stop = logProcessWarnings(createLogger({ print: (line) => lines.push(line) }), source);
  const warning = Object.assign(new Error("11 listeners added"), {
    name: "MaxListenersExceededWarning",
  });
  source.emit("warning", warning);
  stop();
  source.emit("warning", warning);
  expect(lines).toEqual(["[WARNING] 11 listeners added warning=MaxListenersExceededWarning\n"]);
});
