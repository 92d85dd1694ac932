/** Values of flags as commands want them. Pure. */
import { FairleadError } from "#observe/errors.ts";
import type { GoFlagValues } from "./go-flags.ts";

/** @throws FairleadError FL-U001 for a value that is neither */
export function isTrue(values: GoFlagValues, name: string, otherwise: boolean): boolean {
  const text = values.get(name) ?? String(otherwise);
  if (text === "true" || text === "false") return text === "true";
  throw new FairleadError("FL-U001", `-${name} ${text} is neither true nor false`);
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** @throws FairleadError FL-U001 for what is no duration */
export function durationMs(values: GoFlagValues, name: string, otherwiseMs: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwiseMs;
  const [, number, unit = ""] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (unitsMs[unit] ?? 0);
  throw new FairleadError("FL-U001", `-${name} ${text} is no duration such as 500ms, 2s or 1m`);
}

/** -o. @throws FairleadError FL-U001 for another format */
export function formatOf(values: GoFlagValues): "text" | "json" {
  const format = values.get("o") ?? "text";
  if (format === "text" || format === "json") return format;
  throw new FairleadError("FL-U001", `-o ${format} is neither text nor json`);
}
