/** Reads the options that say when a message is fetched anew. Pure. */
import type { PrefetchRule } from "../../answers/popularity.ts";
import {
  badValue,
  type Clause,
  readDurationMs,
  readInteger,
  readOneOf,
  takeArguments,
} from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import type { StaleOptions } from "./contract.ts";

const PREFETCH = "prefetch AMOUNT [DURATION] [PERCENT%]";
const IMMEDIATE = "serve_stale [DURATION] [immediate [TTL [RECHECK]]]";
const VERIFY = "serve_stale [DURATION] [verify [TIMEOUT [TTL [RECHECK]]]]";
const MAX_INT32 = 0x7fff_ffff;
const MAX_TTL_MS = 0xffff_ffff * 1000;
const MAX_RECHECK_MS = 5 * 60_000;

export const NO_STALE: StaleOptions = {
  maxAgeSeconds: 0,
  verify: false,
  verifyTimeoutMs: 0,
  ttlSeconds: 0,
  recheckMs: 0,
};

/** CoreDNS takes these words in any case. */
export const lowerCase = (token: Token): Token => ({ ...token, text: token.text.toLowerCase() });

/** Undefined for an amount of 0, which fetches nothing. */
export function readPrefetch(clause: Clause): PrefetchRule | undefined {
  const [amount, gap, share] = takeArguments(clause, PREFETCH, { min: 1, max: 3 });
  if (amount === undefined) throw new RangeError("takeArguments let too few words through");
  const hits = readInteger(amount, clause.name, { min: 0, max: MAX_INT32 });
  const gapSeconds = gap === undefined ? 60 : readDurationMs(gap, clause.name) / 1000;
  const percent = share === undefined ? 10 : readPercent(share, clause.name);
  return hits === 0 ? undefined : { hits, gapSeconds, percent };
}

function readPercent(token: Token, owner: string): number {
  const percent = /^\d+%$/.test(token.text) ? Number(token.text.slice(0, -1)) : Number.NaN;
  if (percent >= 10 && percent <= 90) return percent;
  throw badValue(token, owner, "is no share from 10% to 90%");
}

export function readStale(clause: Clause): StaleOptions {
  const [, mode] = clause.args;
  const isVerify =
    mode !== undefined &&
    readOneOf(lowerCase(mode), clause.name, ["immediate", "verify"]) === "verify";
  const [age, , ...words] = isVerify
    ? takeArguments(clause, VERIFY, { max: 5 })
    : takeArguments(clause, mode === undefined ? `${IMMEDIATE} or ${VERIFY}` : IMMEDIATE, {
        max: 4,
      });
  const [timeout, ttl, recheck] = isVerify ? words : [undefined, ...words];
  const durationMs = (token: Token | undefined, otherwise: number) =>
    token === undefined ? otherwise : readDurationMs(token, clause.name);
  return {
    maxAgeSeconds: Math.trunc(durationMs(age, 3_600_000) / 1000),
    verify: isVerify,
    verifyTimeoutMs: durationMs(timeout, 0),
    ttlSeconds: ttl === undefined ? 0 : readStaleTtl(ttl, clause.name),
    recheckMs: recheck === undefined ? 0 : readRecheck(recheck, clause.name),
  };
}

function readStaleTtl(token: Token, owner: string): number {
  const ms = readDurationMs(token, owner);
  if (ms % 1000 !== 0) throw badValue(token, owner, "is no whole number of seconds");
  if (ms > MAX_TTL_MS) throw badValue(token, owner, "is longer than a TTL can be");
  return ms / 1000;
}

/** RFC 8767 §5 wants failures to be looked at again within five minutes. */
function readRecheck(token: Token, owner: string): number {
  const ms = readDurationMs(token, owner);
  if (ms > MAX_RECHECK_MS) throw badValue(token, owner, "is more than 5m");
  return ms;
}
