/** The slow path: bytes to a decoded query, through its block's chain, back to bytes. The same for every transport. */
import type { ClientAddress, Query, Transport, Verdict } from "../contract.ts";
import { type OnPanic, runChain } from "../plugins/chain.ts";
import { responseOf, wireOf } from "../plugins/verdict.ts";
import { MAX_MESSAGE_BYTES, Rcode, RecordClass } from "../wire/constants.ts";
import type { Message } from "../wire/contract.ts";
import { decodeMessage } from "../wire/decode.ts";
import { headerOnlyReply, screenHeader } from "../wire/header.ts";
import { badVersionReply, hasBadVersion, replyTo, udpLimitBytes } from "../wire/reply.ts";
import { fitMessage } from "../wire/truncate.ts";
import { WireError } from "../wire/wire-error.ts";
import type { DroppedQuery, Router } from "./contract.ts";

export interface QueryServiceParts {
  readonly router: Router;
  readonly onPanic: OnPanic;
  /** Told of queries that never entered a chain (metrics: zone "dropped"). */
  readonly onDropped: (dropped: DroppedQuery) => void;
}

export interface ReceivedQuery {
  readonly bytes: Uint8Array;
  readonly client: ClientAddress;
  readonly transport: Transport;
  /** Label of the listener, for example "dns://:53". */
  readonly server: string;
}

/** A response, and its bytes where it has some already. */
interface Reply {
  readonly response: Message;
  readonly wire?: Uint8Array | undefined;
}

export class QueryService {
  readonly #parts: QueryServiceParts;

  constructor(parts: QueryServiceParts) {
    this.#parts = parts;
  }

  /** The reply to send, or undefined when none is due. Never rejects. */
  async answer(received: ReceivedQuery): Promise<Uint8Array | undefined> {
    const { bytes } = received;
    const screening = screenHeader(bytes, bytes.length);
    if (screening === "ignore") return undefined;
    if (screening === "formerr") return headerOnlyReply(bytes, Rcode.FORMERR);
    if (screening === "notimp") return headerOnlyReply(bytes, Rcode.NOTIMP);
    const message = decodeOrUndefined(bytes);
    if (message === undefined) return headerOnlyReply(bytes, Rcode.FORMERR);
    const limit = received.transport === "tcp" ? MAX_MESSAGE_BYTES : udpLimitBytes(message);
    try {
      const { response, wire } = await this.#respond(message, received);
      if (wire !== undefined && wire.length <= limit) return wire;
      return fitMessage(response, limit).bytes;
    } catch (thrown) {
      // A response without a wire form: the defect of a plugin, which must not end the process.
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#parts.onPanic("server", error);
      return fitMessage(replyTo(message, { rcode: Rcode.SERVFAIL }), limit).bytes;
    }
  }

  /** Runs a question through the chain of the block that serves it on that listener. */
  async resolve(query: Query): Promise<Verdict> {
    const route = this.#parts.router.route(query.server, query.question.name);
    if (route === undefined) return { kind: "refused", rcode: Rcode.REFUSED, plugin: "" };
    return runChain(route.instances, { ...query, zone: route.zone }, this.#parts.onPanic);
  }

  async #respond(message: Message, received: ReceivedQuery): Promise<Reply> {
    const { server, transport, client, bytes } = received;
    if (hasBadVersion(message)) return { response: badVersionReply(message) };
    const [question] = message.questions;
    // The header was screened: there is exactly one question.
    if (question === undefined) return { response: replyTo(message, { rcode: Rcode.FORMERR }) };
    const route = this.#parts.router.route(server, question.name);
    const served = question.class === RecordClass.IN || (route?.takesAllClasses ?? false);
    if (route === undefined || !served) {
      this.#parts.onDropped({ server, transport, client, question, rcode: Rcode.REFUSED });
      return { response: replyTo(message, { rcode: Rcode.REFUSED }) };
    }
    const query: Query = {
      message,
      question,
      client,
      transport,
      sizeBytes: bytes.length,
      zone: route.zone,
      server,
    };
    const verdict = await runChain(route.instances, query, this.#parts.onPanic);
    return { response: responseOf(query, verdict), wire: wireOf(verdict) };
  }
}

function decodeOrUndefined(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
