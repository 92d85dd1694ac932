import type { Plugin } from "../../contract.ts";
import { readOneOf, readOptions, readZones, takeArguments } from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { compileFormat, DEFAULT_FORMAT } from "./format.ts";
import { type LogRule, logHandler } from "./handler.ts";
import type { ResponseClass } from "./response-class.ts";

export const plugin: Plugin = {
  name: "log",
  repeated: "accumulates",
  setup(directives, { logger }) {
    return {
      name: "log",
      fastPath: { kind: "needs-query" },
      handler: logHandler({
        rules: directives.flatMap(readRules),
        logger,
        nowNs: process.hrtime.bigint,
      }),
    };
  },
};

function readRules(directive: Directive): LogRule[] {
  const last = directive.args.at(-1);
  const hasFormat = last?.text.includes("{") ?? false;
  if (last !== undefined && hasFormat && directive.args.length === 1) {
    throw new CorefileError(
      "FL-D012",
      last,
      `the format '${last.text}' wants a zone before it: log . FORMAT`,
    );
  }
  const names = hasFormat ? directive.args.slice(0, -1) : directive.args;
  const format = compileFormat(hasFormat && last !== undefined ? last.text : DEFAULT_FORMAT);

  const classes = new Set<ResponseClass | "all">();
  readOptions(directive, {
    class: (option) => {
      for (const token of takeArguments(option, "class CLASS...", { min: 1 })) {
        classes.add(readOneOf(token, "class", ["success", "denial", "error", "all"]));
      }
    },
  });
  if (classes.size === 0) classes.add("all");
  return readZones(names, "log", ["."]).map((zone) => ({ zone, format, classes }));
}
