/** The kinds of values in a KubeProxyConfiguration, each read from YAML and from a flag. */
import { formatDuration, parseDurationMs } from "./duration.ts";

export interface FieldType<T> {
  /** Completes the sentence "… is not". */
  readonly wanted: string;
  /** Undefined for what is no such value. */
  fromYaml(value: unknown): T | undefined;
  fromFlag(text: string): T | undefined;
  toYaml(value: T): unknown;
}

const same = <T>(value: T): T => value;

export const textType: FieldType<string> = {
  wanted: "a string",
  fromYaml: (value) => (typeof value === "string" ? value : undefined),
  fromFlag: same,
  toYaml: same,
};

export const booleanType: FieldType<boolean> = {
  wanted: "true or false",
  fromYaml: (value) => (typeof value === "boolean" ? value : undefined),
  fromFlag: (text) => flagWords[text.toLowerCase()],
  toYaml: same,
};

/** What Go's strconv.ParseBool takes. */
const flagWords: Readonly<Record<string, boolean>> = {
  ...{ "1": true, t: true, true: true },
  ...{ "0": false, f: false, false: false },
};

/** Whole numbers of a range. */
export function integerType(min: number, max: number): FieldType<number> {
  const inRange = (value: unknown): number | undefined =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number) // an integer, as just seen
      : undefined;
  return {
    wanted: `an integer from ${min} to ${max}`,
    fromYaml: inRange,
    fromFlag: (text) => (/^[+-]?\d+$/.test(text) ? inRange(Number(text)) : undefined),
    toYaml: same,
  };
}

export const countType = integerType(0, 2_147_483_647);

export const numberType: FieldType<number> = {
  wanted: "a number",
  fromYaml: (value) => (typeof value === "number" ? value : undefined),
  fromFlag: (text) => (/^[+-]?[\d.]+$/.test(text) ? Number(text) : undefined),
  toYaml: same,
};

/** Milliseconds; a duration may not be negative. */
export const durationType: FieldType<number> = {
  wanted: "a duration such as 30s, 1h0m0s or 250ms",
  fromYaml: (value) => (typeof value === "string" ? positiveDuration(value) : undefined),
  fromFlag: positiveDuration,
  toYaml: formatDuration,
};

function positiveDuration(text: string): number | undefined {
  const durationMs = parseDurationMs(text);
  return durationMs !== undefined && durationMs >= 0 ? durationMs : undefined;
}

export const textsType: FieldType<readonly string[]> = {
  wanted: "a list of strings",
  fromYaml: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined,
  fromFlag: (text) => (text === "" ? [] : text.split(",")),
  toYaml: same,
};

/** One of some words; "" is the absence of one. */
export function wordType<W extends string>(words: readonly W[]): FieldType<W | ""> {
  const find = (text: unknown): W | "" | undefined =>
    text === "" ? "" : words.find((word) => word === text);
  return { wanted: `one of ${words.join(", ")}`, fromYaml: find, fromFlag: find, toYaml: same };
}

export type Gates = Readonly<Record<string, boolean>>;

/** Feature gates: in a flag NAME=true,NAME=false. */
export const gatesType: FieldType<Gates> = {
  wanted: "a map of names to true or false",
  fromYaml: (value) => (isGates(value) ? value : undefined),
  fromFlag: (text) => {
    const pairs = text.split(",").filter((pair) => pair !== "");
    const gates = pairs.map((pair) => {
      const [name = "", value = ""] = pair.split("=", 2);
      return [name, booleanType.fromFlag(value)] as const;
    });
    const map = Object.fromEntries(gates);
    return isGates(map) ? map : undefined;
  },
  toYaml: same,
};

function isGates(value: unknown): value is Gates {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((gate) => typeof gate === "boolean")
  );
}

/** A part that is kept as it is. */
export const anyType: FieldType<unknown> = {
  wanted: "a value",
  fromYaml: same,
  fromFlag: same,
  toYaml: same,
};
