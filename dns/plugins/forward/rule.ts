import { FairleadError } from "#observe/errors.ts";
import type { Query, Verdict } from "../../contract.ts";
import { UpstreamError } from "../../upstream/errors.ts";
import { questionEnd } from "../../upstream/reply-match.ts";
import { InFlightLimitError, SingleFlight } from "../../upstream/single-flight.ts";
import { Rcode } from "../../wire/constants.ts";
import type { Message } from "../../wire/contract.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { foldName, isSubdomain } from "../../wire/name.ts";
import { WireError } from "../../wire/wire-error.ts";
import type { ForwardOptions } from "./contract.ts";
import { Forwarder, type ForwarderParts } from "./forwarder.ts";
import { replied, type UpstreamReply } from "./reply.ts";

const NAME = "forward";
/** Bounds what waits for upstreams; below 256 a second each query holds a socket. */
const IN_FLIGHT = { total: 4096, perKey: 8 };

/** A verdict, and whether the directive wants the next one asked in its place. */
export interface RuleOutcome {
  readonly verdict: Verdict;
  readonly passOn: boolean;
}

/** More queries are under way than max_concurrent allows. */
class ConcurrencyLimitError extends FairleadError {
  constructor(limit: number) {
    super("FL-D021", `concurrent queries exceeded maximum ${limit}`);
  }
}

/** One forward directive at work. */
export class ForwardRule {
  readonly #options: ForwardOptions;
  readonly #parts: ForwarderParts;
  readonly #forwarder: Forwarder;
  readonly #flights = new SingleFlight<UpstreamReply>(IN_FLIGHT);
  #concurrent = 0;

  constructor(options: ForwardOptions, parts: ForwarderParts) {
    this.#options = options;
    this.#parts = parts;
    this.#forwarder = new Forwarder(options, parts);
  }

  start(): void {
    this.#forwarder.start();
  }

  stop(): void {
    this.#forwarder.stop();
  }

  /** Whether the name is within `from` and not excepted; the names of `from` themselves never are. */
  matches(name: string): boolean {
    const { from, except } = this.#options;
    if (!from.some((zone) => isSubdomain(name, zone))) return false;
    return from.includes(foldName(name)) || !except.some((zone) => isSubdomain(name, zone));
  }

  /** Never rejects for what upstreams do. */
  async serve(query: Query): Promise<RuleOutcome> {
    const { maxConcurrent } = this.#options;
    if (maxConcurrent > 0 && this.#concurrent >= maxConcurrent) {
      this.#parts.metrics.concurrencyRejects.inc();
      return refused(Rcode.REFUSED, new ConcurrencyLimitError(maxConcurrent));
    }
    this.#concurrent++;
    try {
      const reply = await this.#ask(query);
      return { verdict: replied(query, reply), passOn: this.#passesOn(reply.message) };
    } catch (error) {
      if (error instanceof WireError) return refused(Rcode.FORMERR, error);
      if (error instanceof UpstreamError || error instanceof InFlightLimitError) {
        return refused(Rcode.SERVFAIL, error);
      }
      throw error;
    } finally {
      this.#concurrent--;
    }
  }

  /** Joins an identical query under way, or asks. */
  #ask(query: Query): Promise<UpstreamReply> {
    const transport = this.#forwarder.transportOf(query);
    const bytes = encodeMessage(query.message);
    // Behind the question stands the OPT, which clients may fill as they like.
    const variant = Buffer.from(bytes.subarray(questionEnd(bytes))).toString("latin1");
    const { joined, result } = this.#flights.run(flightKey(query, transport), variant, () =>
      this.#forwarder.ask(bytes, transport),
    );
    if (joined) this.#parts.metrics.coalesced.inc();
    return result;
  }

  #passesOn({ rcode, answers }: Message): boolean {
    const { next, nextOnNodata } = this.#options;
    return next.has(rcode) || (nextOnNodata && rcode === Rcode.NOERROR && answers.length === 0);
  }
}

/** What makes a query another one, whatever else differs. */
function flightKey({ question, message }: Query, transport: string): string {
  const { recursionDesired, authenticData, checkingDisabled } = message.flags;
  const bits = [recursionDesired, authenticData, checkingDisabled, message.edns?.dnssecOk];
  const flags = bits.map((bit) => (bit === undefined ? "-" : Number(bit))).join("");
  return `${transport} ${flags} ${question.type} ${question.class} ${foldName(question.name)}`;
}

function refused(rcode: number, error: Error): RuleOutcome {
  return { verdict: { kind: "refused", rcode, plugin: NAME, error }, passOn: false };
}
