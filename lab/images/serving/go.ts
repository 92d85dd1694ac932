/** What programs written in Go have in common: flags with one dash or two, and lines of the log package. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { slashedTime } from "./times.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface GoFlags {
  readonly values: Values;
  readonly positionals: readonly string[];
}

/**
 * Reads `-name value`, `-name=value` and the same with two dashes; booleans also as `-name=false`.
 * @throws TypeError with words of node:util for a flag that is not in the options
 */
export function parseGoFlags(args: readonly string[], options: ParseArgsOptionsConfig): GoFlags {
  const spelled = args.flatMap((arg) => spell(arg, options));
  const { values, positionals } = parseArgs({ args: spelled, options, allowPositionals: true });
  return { values: values as Values, positionals }; // no option is multiple, so no value is an array
}

function spell(arg: string, options: ParseArgsOptionsConfig): readonly string[] {
  const [, name, value] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(arg) ?? [];
  if (name === undefined) return [arg];
  if (options[name]?.type !== "boolean" || value === undefined)
    return [value === undefined ? `--${name}` : `--${name}=${value}`];
  return /^(?:1|t|true)$/i.test(value) ? [`--${name}`] : [];
}

/** A duration of Go in milliseconds: "1s", "1m30s", "200ms"; undefined when it is none. */
export function goDurationMs(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const units: Readonly<Record<string, number>> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1e3,
    m: 6e4,
    h: 3.6e6,
  };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}

/** A line as Go's log package writes it, on standard error. */
export function goLog(line: string): void {
  process.stderr.write(`${slashedTime(new Date())} ${line}\n`);
}
