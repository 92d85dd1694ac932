/** Reads the cache directive. Pure. */
import type { PrefetchRule } from "../../answers/popularity.ts";
import {
  badValue,
  type Clause,
  readDurationMs,
  readInteger,
  readOneOf,
  readOptions,
  readZones,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive, Token } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { readZoneName } from "../../corefile/zone-name.ts";
import type { CacheKind, CacheLimits, CacheOptions, StaleOptions } from "./contract.ts";
import { lowerCase, NO_STALE, readPrefetch, readStale } from "./refresh-options.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const MAX_TTL_SECONDS = 0x7fff_ffff;
const MAX_CAPACITY = 1 << 24;
/** Capacities are what 256 equal shards make of them in CoreDNS, which hold 4 messages each at least. */
const SHARDS = 256;
const MIN_SHARD_MESSAGES = 4;
const DEFAULT_CAPACITY = 10_000;
const POLICY = "prefer_positive";
const MAX_FAILURE_TTL_MS = 5 * 60_000;

const shardedCapacity = (capacity: number): number =>
  SHARDS * Math.max(MIN_SHARD_MESSAGES, Math.trunc(capacity / SHARDS));

const limits = (maxTtlSeconds: number): Mutable<CacheLimits> => ({
  capacity: shardedCapacity(DEFAULT_CAPACITY),
  maxTtlSeconds,
  minTtlSeconds: 5,
  except: [],
});

/**
 * @param blockZones zones of the server block, where the directive names none
 * @throws CorefileError
 */
export function readCacheOptions(
  directive: Directive,
  blockZones: readonly string[],
): CacheOptions {
  const [first, ...rest] = directive.args;
  const ttl = first !== undefined && /^[+-]?\d+$/.test(first.text) ? first : undefined;
  const success = limits(3600);
  const denial = limits(1800);
  if (ttl !== undefined) {
    const seconds = readTtl(ttl, directive.name, 1);
    success.maxTtlSeconds = seconds;
    denial.maxTtlSeconds = seconds;
  }
  let failureTtlSeconds = 5;
  let prefetch: PrefetchRule | undefined;
  let stale: StaleOptions | undefined;
  let policy: Clause | undefined;
  let keepTtl = false;
  readOptions(directive, {
    success: (clause) => readLimits(clause, success),
    denial: (clause) => readLimits(clause, denial),
    prefetch: (clause) => {
      prefetch = readPrefetch(clause);
    },
    serve_stale: (clause) => {
      stale = readStale(clause);
    },
    serve_stale_policy: (clause) => {
      policy = readPolicy(clause, policy);
    },
    servfail: (clause) => {
      failureTtlSeconds = readFailureTtl(clause);
    },
    disable: (clause) => readDisable(clause, { success, denial }),
    keepttl: (clause) => {
      takeArguments(clause, "keepttl", { max: 0 });
      keepTtl = true;
    },
  });
  if (policy !== undefined && stale === undefined) {
    const fault = "'serve_stale_policy' wants 'serve_stale' beside it";
    throw new CorefileError("FL-D012", policy.position, fault);
  }
  return {
    zones: readZones(ttl === undefined ? directive.args : rest, directive.name, blockZones),
    success,
    denial,
    failureTtlSeconds,
    stale: stale ?? NO_STALE,
    preferPositive: policy !== undefined,
    keepTtl,
    ...(prefetch === undefined ? {} : { prefetch }),
  };
}

function readPolicy(clause: Clause, former: Clause | undefined): Clause {
  if (former !== undefined) {
    const fault = `'${clause.name}' may stand once; it stands on line ${former.position.line} already`;
    throw new CorefileError("FL-D012", clause.position, fault);
  }
  readOneOf(lowerCase(takeOne(clause, `${clause.name} ${POLICY}`)), clause.name, [POLICY]);
  return clause;
}

function readLimits(clause: Clause, into: Mutable<CacheLimits>): void {
  const form = `${clause.name} CAPACITY [TTL] [MINTTL]`;
  const [capacity, ttl, minTtl] = takeArguments(clause, form, { min: 1, max: 3 });
  if (capacity !== undefined) {
    const messages = readInteger(capacity, clause.name, { min: 0, max: MAX_CAPACITY });
    into.capacity = shardedCapacity(messages);
  }
  if (ttl !== undefined) into.maxTtlSeconds = readTtl(ttl, clause.name, 1);
  if (minTtl !== undefined) into.minTtlSeconds = readTtl(minTtl, clause.name, 0);
}

function readTtl(token: Token, owner: string, min: number): number {
  return readInteger(token, `TTL of ${owner}`, { min, max: MAX_TTL_SECONDS });
}

/** RFC 2308 §7.1 forbids to keep failures for longer than five minutes. */
function readFailureTtl(clause: Clause): number {
  const token = takeOne(clause, "servfail DURATION");
  const ms = readDurationMs(token, clause.name);
  if (ms > MAX_FAILURE_TTL_MS) throw badValue(token, clause.name, "is more than 5m");
  return Math.trunc(ms / 1000);
}

function readDisable(clause: Clause, caches: Record<CacheKind, Mutable<CacheLimits>>): void {
  const form = "disable success|denial [ZONES...]";
  const [kind, ...zones] = takeArguments(clause, form, { min: 1 });
  if (kind === undefined) throw new RangeError("takeArguments let too few words through");
  const cache = caches[readOneOf(kind, clause.name, ["success", "denial"])];
  cache.except =
    zones.length === 0
      ? ["."]
      : zones.map((zone) => readZoneName(zone, zone.text, clause.name, "FL-D012"));
}
