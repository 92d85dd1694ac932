/** Reads one forward directive. */
import {
  badValue,
  type Clause,
  notSupportedYet,
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
import { formatGoDuration } from "../../corefile/go-duration.ts";
import { readZoneName } from "../../corefile/zone-name.ts";
import type { ConnectionOptions, HealthCheckOptions } from "../../upstream/contract.ts";
import { Rcode, rcodeCode } from "../../wire/constants.ts";
import type { ForwardOptions } from "./contract.ts";
import { readDestinations } from "./destinations.ts";

const OWNER = "forward";
const FORM = "forward FROM TO...";
const MAX_UINT32 = 0xffff_ffff;
const HEALTH_CHECK = "health_check DURATION [no_rec] [domain FQDN]";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Readers = Readonly<Record<string, (clause: Clause) => void>>;

/** @throws CorefileError */
export function readForwardOptions(directive: Directive): ForwardOptions {
  const [from, ...to] = takeArguments(directive, FORM, { min: 2 });
  if (from === undefined) throw new RangeError("takeArguments let too few words through");
  const connections: Mutable<ConnectionOptions> = { expireMs: 10_000, maxAgeMs: 0, maxIdle: 0 };
  const healthCheck: Mutable<HealthCheckOptions> = {
    intervalMs: 500,
    timeoutMs: 1000,
    domain: ".",
    recursionDesired: true,
    transport: "udp",
  };
  const options: Mutable<ForwardOptions> = {
    from: readZones([from], OWNER, []),
    to: [],
    except: [],
    policy: "random",
    retryTruncated: false,
    maxFails: 2,
    maxConnectAttempts: 0,
    maxConcurrent: 0,
    readTimeoutMs: 2000,
    deadlineMs: 5000,
    failFast: false,
    failover: new Set(),
    next: new Set(),
    nextOnNodata: false,
    upstream: { connections, healthCheck },
  };
  let attempts: number | undefined;
  readOptions(directive, {
    ...readersOfRouting(options),
    ...readersOfTransport(options, healthCheck),
    ...readersOfConnections(connections),
    health_check: (clause) => readHealthCheck(clause, healthCheck),
    max_connect_attempts: (clause) => {
      attempts = count(clause);
    },
    read_timeout: (clause) => {
      const value = takeOne(clause, "read_timeout DURATION");
      options.readTimeoutMs = readDurationMs(value, clause.name);
      if (options.readTimeoutMs === 0) throw badValue(value, clause.name, "should be above 0");
    },
    ...readersOfWhatIsToCome(),
  });
  const { expireMs, maxAgeMs } = connections;
  if (maxAgeMs > 0 && maxAgeMs < expireMs) {
    throw new CorefileError(
      "FL-D012",
      directive.position,
      `max_age ${formatGoDuration(maxAgeMs)} is less than expire ${formatGoDuration(expireMs)}; connections would never get idle`,
    );
  }
  options.to = readDestinations(to);
  options.maxConnectAttempts = attempts ?? 2 * options.to.length;
  return options;
}

function readersOfRouting(options: Mutable<ForwardOptions>): Readers {
  return {
    except: (clause) => {
      const names = takeArguments(clause, "except NAME...", { min: 1 });
      options.except = [...options.except, ...readZones(names, "except", [])];
    },
    policy: (clause) => {
      const name = takeOne(clause, "policy random|round_robin|sequential");
      options.policy = readOneOf(name, "policy", ["random", "round_robin", "sequential"]);
    },
    max_fails: (clause) => {
      options.maxFails = count(clause);
    },
    max_concurrent: (clause) => {
      options.maxConcurrent = count(clause);
    },
    failover: (clause) => {
      options.failover = options.failover.union(readRcodes(clause, refuseNoerror));
    },
    next: (clause) => {
      options.next = options.next.union(readRcodes(clause));
    },
    next_on_nodata: (clause) => {
      options.nextOnNodata = flag(clause);
    },
    failfast_all_unhealthy_upstreams: (clause) => {
      options.failFast = flag(clause);
    },
  };
}

/** force_tcp goes before prefer_udp, whatever their order. */
function readersOfTransport(
  options: Mutable<ForwardOptions>,
  healthCheck: Mutable<HealthCheckOptions>,
): Readers {
  return {
    force_tcp: (clause) => {
      flag(clause);
      options.transport = "tcp";
      options.retryTruncated = false;
      healthCheck.transport = "tcp";
    },
    prefer_udp: (clause) => {
      flag(clause);
      if (options.transport === "tcp") return;
      options.transport = "udp";
      options.retryTruncated = true;
    },
  };
}

function readersOfConnections(connections: Mutable<ConnectionOptions>): Readers {
  return {
    expire: (clause) => {
      connections.expireMs = readDurationMs(takeOne(clause, "expire DURATION"), clause.name);
    },
    max_age: (clause) => {
      connections.maxAgeMs = readDurationMs(takeOne(clause, "max_age DURATION"), clause.name);
    },
    max_idle_conns: (clause) => {
      connections.maxIdle = count(clause);
    },
  };
}

function readersOfWhatIsToCome(): Readers {
  const words = ["tls", "tls_servername", "doh_method", "source_address", "resolver"];
  return Object.fromEntries(
    words.map((word) => [
      word,
      ({ position }: Clause) => {
        throw notSupportedYet(
          { ...position, text: word },
          OWNER,
          "its options for plain DNS over UDP and TCP",
        );
      },
    ]),
  );
}

function readHealthCheck(clause: Clause, healthCheck: Mutable<HealthCheckOptions>): void {
  const [interval, ...words] = takeArguments(clause, HEALTH_CHECK, { min: 1 });
  if (interval === undefined) throw new RangeError("takeArguments let too few words through");
  healthCheck.intervalMs = readDurationMs(interval, clause.name);
  healthCheck.domain = ".";
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Token;
    if (readOneOf(word, clause.name, ["no_rec", "domain"]) === "no_rec") {
      healthCheck.recursionDesired = false;
      continue;
    }
    const domain = words[++index];
    if (domain === undefined) {
      throw new CorefileError(
        "FL-D012",
        word,
        `'domain' wants a name behind it; it is written: ${HEALTH_CHECK}`,
      );
    }
    healthCheck.domain = readZoneName(domain, domain.text, clause.name, "FL-D012");
  }
}

function readRcodes(clause: Clause, check?: (token: Token, rcode: number) => void): Set<number> {
  const tokens = takeArguments(clause, `${clause.name} RCODE...`, { min: 1 });
  return new Set(
    tokens.map((token) => {
      const rcode = rcodeCode(token.text.toUpperCase());
      if (rcode === undefined) {
        throw badValue(token, clause.name, "is no rcode; it should look like SERVFAIL or NXDOMAIN");
      }
      check?.(token, rcode);
      return rcode;
    }),
  );
}

function refuseNoerror(token: Token, rcode: number): void {
  if (rcode === Rcode.NOERROR) {
    throw badValue(token, "failover", "is success; name rcodes of failures");
  }
}

function count(clause: Clause): number {
  const value = takeOne(clause, `${clause.name} NUMBER`);
  return readInteger(value, clause.name, { min: 0, max: MAX_UINT32 });
}

function flag(clause: Clause): true {
  takeArguments(clause, clause.name, { max: 0 });
  return true;
}
