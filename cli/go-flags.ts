/** Command-line flags as Go's flag package reads them: -name value, -name=value, --name, and boolean -name. Pure. */
import { FairleadError } from "#observe/errors.ts";

export interface GoFlag {
  readonly name: string;
  /** "" for a boolean flag; otherwise what stands for the value in help, for example "FILE". */
  readonly value: string;
  readonly help: string;
  /** Values of one that is given several times are joined by commas; of others the last counts. */
  readonly repeats?: boolean;
}

export type GoFlagValues = ReadonlyMap<string, string>;

const badUsage = (message: string): FairleadError => new FairleadError("FL-U001", message);

/** @throws FairleadError FL-U001 for an unknown flag, a missing value or a stray word */
export function parseGoFlags(args: readonly string[], flags: readonly GoFlag[]): GoFlagValues {
  const { values, words } = parseGoCommandLine(args, flags);
  if (words[0] !== undefined) throw badUsage(`'${words[0]}' is no flag; flags begin with a dash`);
  return values;
}

/**
 * Reads flags up to the first word that is none; that and what follows are the words.
 * @throws FairleadError FL-U001 for an unknown flag or a missing value
 */
export function parseGoCommandLine(
  args: readonly string[],
  flags: readonly GoFlag[],
): { readonly values: GoFlagValues; readonly words: readonly string[] } {
  const values = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const [, name, inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) return { values, words: args.slice(at) };
    const flag = flags.find((known) => known.name === name);
    if (flag === undefined) {
      throw badUsage(
        `there is no flag '-${name}'; there are ${flags.map((known) => `-${known.name}`).join(", ")}`,
      );
    }
    if (flag.value === "") {
      values.set(name, inline ?? "true");
      continue;
    }
    const value = inline ?? args[++at];
    if (value === undefined) throw badUsage(`flag '-${name}' needs a value: ${flag.value}`);
    const before = flag.repeats ? values.get(name) : undefined;
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return { values, words: [] };
}

export function goFlagHelp(flags: readonly GoFlag[]): string {
  const heads = flags.map(({ name, value }) => `  -${name}${value === "" ? "" : ` ${value}`}`);
  const width = Math.max(...heads.map((head) => head.length));
  return flags.map(({ help }, i) => `${(heads[i] as string).padEnd(width)}  ${help}\n`).join("");
}

const mostDigits = 999_999_999;

/** @throws FairleadError FL-U001 for what is no whole number from `least` to `most` */
export function wholeNumber(
  values: GoFlagValues,
  name: string,
  range: { readonly otherwise: number; readonly least?: number; readonly most?: number },
): number {
  const { otherwise, least = 0, most = mostDigits } = range;
  const text = values.get(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw badUsage(`-${name} ${text} is no whole number from ${least} to ${most}`);
}
