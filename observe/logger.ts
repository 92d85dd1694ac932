import { pino } from "pino";
import type { Logger } from "./contract.ts";
import { textDestination } from "./text-format.ts";

type LogLevel = "debug" | "info" | "warn" | "error";

export interface LoggerOptions {
  /** Entries below it are dropped; "info" when absent. */
  readonly level?: LogLevel;
  /** "text" (the default) reads like CoreDNS's log; "json" is one object a line. */
  readonly format?: "text" | "json";
  /** Where lines go; standard output, written at once, when absent. */
  readonly print?: (line: string) => void;
}

/** A logger. Lines are written before the call returns, so that the last words of a dying process are not lost. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const print = options.print ?? printToStdout();
  const destination = options.format === "json" ? { write: print } : textDestination(print);
  return pino(
    {
      level: options.level ?? "info",
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}

function printToStdout(): (line: string) => void {
  const stdout = pino.destination({ fd: 1, sync: true });
  return (line) => {
    stdout.write(line);
  };
}
