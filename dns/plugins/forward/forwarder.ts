import { setTimeout as sleep } from "node:timers/promises";
import type { Query, Transport } from "../../contract.ts";
import { formatUpstream } from "../../upstream/address.ts";
import { UpstreamError } from "../../upstream/errors.ts";
import { questionEnd } from "../../upstream/reply-match.ts";
import { Upstream } from "../../upstream/upstream.ts";
import { HEADER_BYTES, HeaderFlag } from "../../wire/constants.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { WireError } from "../../wire/wire-error.ts";
import type { ForwardOptions } from "./contract.ts";
import type { ForwardMetrics, UpstreamMetrics } from "./metrics.ts";
import { createPolicy, type Policy, type RandomBelow } from "./policy.ts";
import type { UpstreamReply } from "./reply.ts";

/** From the third round over all upstreams on: what refuses at once is not asked in a busy loop. */
const PAUSE_BETWEEN_ROUNDS_MS = 100;
/** With less time than this left nobody is asked any more. */
const LEAST_WAIT_MS = 5;
const TRUNCATED = HeaderFlag.TC >>> 8;
const RECORD_COUNTS_AT = 6;

interface Destination {
  readonly upstream: Upstream;
  readonly metrics: UpstreamMetrics;
}

export interface ForwarderParts {
  readonly metrics: ForwardMetrics;
  readonly randomBelow: RandomBelow;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

/** The upstreams of one directive: which of them is asked, how often, and for how long. */
export class Forwarder {
  readonly #options: ForwardOptions;
  readonly #parts: ForwarderParts;
  readonly #destinations: readonly Destination[];
  readonly #policy: Policy;
  #stopWatching: (() => void) | undefined;

  constructor(options: ForwardOptions, parts: ForwarderParts) {
    this.#options = options;
    this.#parts = parts;
    this.#destinations = options.to.map((address) => this.#destination(address));
    this.#policy = createPolicy(options.policy, parts.randomBelow);
  }

  start(): void {
    const { maxFails } = this.#options;
    this.#stopWatching = this.#parts.metrics.watchHealth(
      new Map(
        this.#destinations.map(({ upstream }) => [
          upstream.label,
          () => !upstream.isDown(maxFails),
        ]),
      ),
    );
  }

  stop(): void {
    this.#stopWatching?.();
    for (const { upstream } of this.#destinations) upstream.close();
  }

  /** The transport that a query goes upstream by. */
  transportOf(query: Query): Transport {
    return this.#options.transport ?? query.transport;
  }

  /**
   * Asks one upstream after the other until one answers.
   *
   * @param query a whole message with one question
   * @throws UpstreamError when none did, with what went wrong last
   */
  async ask(query: Uint8Array, transport: Transport): Promise<UpstreamReply> {
    const { maxConnectAttempts: maxAttempts, failover } = this.#options;
    const { nowMs } = this.#parts;
    const order = this.#policy(this.#destinations);
    const deadlineMs = nowMs() + this.#options.deadlineMs;
    let failure: UpstreamError | undefined;
    let attempts = 0;
    let answers = 0;
    let skipped = 0;
    for (let turn = 0; deadlineMs - nowMs() >= LEAST_WAIT_MS; turn++) {
      const round = Math.floor(turn / order.length);
      if (turn % order.length === 0) {
        skipped = 0;
        if (round > 1) await sleep(Math.min(PAUSE_BETWEEN_ROUNDS_MS, deadlineMs - nowMs()));
        if (deadlineMs - nowMs() < LEAST_WAIT_MS) break;
      }
      let destination = order[turn % order.length] as Destination;
      if (destination.upstream.isDown(this.#options.maxFails)) {
        skipped++;
        if (skipped < order.length) continue;
        this.#parts.metrics.healthcheckBroken.inc();
        if (this.#options.failFast) break;
        destination = order[this.#parts.randomBelow(order.length)] as Destination;
      }
      try {
        const reply = await this.#exchange(destination, query, transport, deadlineMs);
        answers++;
        if (!failover.has(reply.message.rcode) || answers >= order.length) return reply;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        failure = error;
        if (this.#options.maxFails > 0) destination.upstream.checkHealth();
        attempts++;
        if (skipped >= order.length || (maxAttempts > 0 && attempts >= maxAttempts)) break;
      }
    }
    throw failure ?? new UpstreamError("no healthy proxies");
  }

  async #exchange(
    destination: Destination,
    query: Uint8Array,
    transport: Transport,
    deadlineMs: number,
  ): Promise<UpstreamReply> {
    const reply = await this.#exchangeOnce(destination, query, transport, deadlineMs);
    if (!reply.message.flags.truncated || transport === "tcp" || !this.#options.retryTruncated) {
      return reply;
    }
    return this.#exchangeOnce(destination, query, "tcp", deadlineMs);
  }

  async #exchangeOnce(
    { upstream, metrics }: Destination,
    query: Uint8Array,
    transport: Transport,
    deadlineMs: number,
  ): Promise<UpstreamReply> {
    const { nowMs } = this.#parts;
    const startMs = nowMs();
    const timeoutMs = Math.min(
      this.#options.readTimeoutMs,
      Math.max(LEAST_WAIT_MS, deadlineMs - startMs),
    );
    const bytes = await upstream.exchange(query, transport, timeoutMs);
    const reply = readReply(bytes, upstream.label);
    metrics.answered(reply.message.rcode, (nowMs() - startMs) / 1000);
    return reply;
  }

  #destination(address: ForwardOptions["to"][number]): Destination {
    const { metrics, nowMs } = this.#parts;
    const observed = metrics.ofUpstream(formatUpstream(address));
    return {
      upstream: new Upstream(address, this.#options.upstream, observed, nowMs),
      metrics: observed,
    };
  }
}

/**
 * A reply that breaks off behind its question is an empty one when it says that it was cut: the client asks again
 * over TCP.
 */
function readReply(bytes: Uint8Array, label: string): UpstreamReply {
  try {
    return { bytes, message: decodeMessage(bytes) };
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    if (((bytes[2] as number) & TRUNCATED) !== 0) {
      const head = Uint8Array.prototype.slice.call(bytes, 0, questionEnd(bytes));
      head.fill(0, RECORD_COUNTS_AT, HEADER_BYTES);
      return { bytes: head, message: decodeMessage(head) };
    }
    throw new UpstreamError(`${label} sent a broken reply: ${cause.message}`, { cause });
  }
}
