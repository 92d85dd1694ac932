import type { Plugin } from "../../contract.ts";
import {
  type Clause,
  readDurationMs,
  readOneOf,
  readOptions,
  readRegExp,
  takeArguments,
} from "../../corefile/arguments.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { Consolidation, type ConsolidationRule, type ReportLevel } from "./consolidation.ts";
import { errorsHandler } from "./handler.ts";

const CONSOLIDATE = "consolidate DURATION REGEXP [warning|error|info|debug] [show_first]";

export const plugin: Plugin = {
  name: "errors",
  setup(directives, { logger }) {
    const rules: ConsolidationRule[] = [];
    let stacktrace = false;
    for (const directive of directives) {
      const [output] = takeArguments(directive, "errors [stdout]", { max: 1 });
      if (output !== undefined) readOneOf(output, "errors", ["stdout"]);
      readOptions(directive, {
        stacktrace: (option) => {
          takeArguments(option, "stacktrace", { max: 0 });
          stacktrace = true;
        },
        consolidate: (option) => rules.push(readConsolidate(option)),
      });
    }
    const log = logger.child({ plugin: "errors" });
    const consolidations = rules.map((rule) => new Consolidation(rule, log));
    return {
      name: "errors",
      // Compiled answers are never errors.
      fastPath: { kind: "transparent" },
      handler: errorsHandler({ consolidations, stacktrace, logger: log }),
      async stop() {
        for (const consolidation of consolidations) consolidation.flush();
      },
    };
  },
};

function readConsolidate(option: Clause): ConsolidationRule {
  const [duration, pattern, ...flags] = takeArguments(option, CONSOLIDATE, { min: 2, max: 4 });
  if (duration === undefined || pattern === undefined) throw new RangeError("too few words");
  const periodMs = readDurationMs(duration, "consolidate");
  const compiled = readRegExp(pattern, "consolidate");
  let level: ReportLevel | undefined;
  let showFirst = false;
  for (const flag of flags) {
    const word = readOneOf(flag, "consolidate", [
      "warning",
      "error",
      "info",
      "debug",
      "show_first",
    ]);
    if (word !== "show_first" && (level !== undefined || showFirst)) {
      throw new CorefileError(
        "FL-D012",
        flag,
        `'${word}' should be the only level, and stand before show_first: ${CONSOLIDATE}`,
      );
    }
    if (word === "show_first") showFirst = true;
    else level = word === "warning" ? "warn" : word;
  }
  return { periodMs, pattern: compiled, source: pattern.text, level: level ?? "error", showFirst };
}
