import { constants } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errnoName, SystemCallError } from "../errors.ts";
import {
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from "./abi.ts";
import type {
  Acknowledgement,
  EventBatch,
  NetlinkConnection,
  NetlinkReply,
  NetlinkRequest,
  NetlinkTransport,
} from "./contract.ts";
import { NetlinkError } from "./errors.ts";
import { decodeAcknowledgement, decodeDone, decodeMessages, encodeMessage } from "./message.ts";

const { EINTR, ENOBUFS, ETIMEDOUT } = constants.errno;

/** How often a table that changes while it is read is read again. */
const dumpAttempts = 20;

/** Requests that go in one datagram. */
interface Together {
  readonly requests: readonly NetlinkRequest[];
  readonly first: number;
  readonly last: number;
  readonly bytes: Buffer;
}

/** Exchanges over a transport. What answers no request of this connection (events, leftovers) is passed over. */
export function connectNetlink(transport: NetlinkTransport): NetlinkConnection {
  let lastSequence = 0;

  const encode = ({ type, flags, body }: NetlinkRequest, added: number): Buffer => {
    lastSequence = (lastSequence % 0x7fff_ffff) + 1;
    const header = { type, flags: flags | added, sequence: lastSequence, portId: 0 };
    return encodeMessage({ ...header, body });
  };

  const send = (request: NetlinkRequest, added: number): number => {
    transport.send(encode(request, added));
    return lastSequence;
  };

  /** Takes one datagram: hands over the replies to the request in it, and says whether `take` saw the last. */
  const receiveOne = (
    operation: string,
    sequence: number,
    take: (reply: NetlinkReply) => boolean,
  ): boolean => receiveFrom(operation, sequence, sequence, take);

  /** The same for the replies to several requests, by their first and last sequence. */
  const receiveFrom = (
    operation: string,
    first: number,
    last: number,
    take: (reply: NetlinkReply) => boolean,
  ): boolean => {
    const datagram = transport.receive(true);
    if (datagram === undefined)
      throw new NetlinkError(operation, failure(ETIMEDOUT, "the kernel does not answer"));
    return decodeMessages(datagram).some(
      (reply) =>
        reply.sequence >= first &&
        reply.sequence <= last &&
        reply.portId === transport.portId &&
        take(reply),
    );
  };

  /** Waits for the acknowledgement. */
  const acknowledged = (operation: string, sequence: number): void => {
    const take = (reply: NetlinkReply): boolean => {
      if (reply.type !== NLMSG_ERROR) return false;
      const acknowledgement = decodeAcknowledgement(reply);
      if (acknowledgement.errno !== 0) throw new NetlinkError(operation, acknowledgement);
      return true;
    };
    while (!receiveOne(operation, sequence, take));
  };

  /** Asks for a table; each step takes a part of it, and the result holds once one has said true. */
  const startDump = <Value>(
    request: NetlinkRequest,
    read: (reply: NetlinkReply) => Value | undefined,
  ) => {
    const values: Value[] = [];
    let interrupted = false;
    // The rest must be received whatever happens, or the socket takes no other request.
    let thrown: { readonly error: unknown } | undefined;
    const sequence = send(request, NLM_F_REQUEST | NLM_F_DUMP);
    const take = (reply: NetlinkReply): boolean => {
      if ((reply.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
      if (reply.type === NLMSG_DONE || reply.type === NLMSG_ERROR) {
        const end = reply.type === NLMSG_DONE ? decodeDone(reply) : decodeAcknowledgement(reply);
        if (end.errno === EINTR) interrupted = true;
        else if (end.errno !== 0) throw new NetlinkError(request.operation, end);
        return true;
      }
      if (interrupted || thrown !== undefined) return false;
      try {
        const value = read(reply);
        if (value !== undefined) values.push(value);
      } catch (error) {
        thrown = { error };
      }
      return false;
    };
    return {
      step: () => receiveOne(request.operation, sequence, take),
      result(): readonly Value[] | "interrupted" {
        if (interrupted) return "interrupted";
        if (thrown !== undefined) throw thrown.error;
        return values;
      },
    };
  };

  /** What the kernel has said by now to a batch that it has acted on. */
  const answers = (onReply?: (reply: NetlinkReply) => void): readonly Acknowledgement[] => {
    const acknowledgements: Acknowledgement[] = [];
    const { overrun } = drain(transport, Number.POSITIVE_INFINITY, (reply) => {
      if (reply.portId !== transport.portId) return;
      if (reply.type === NLMSG_ERROR) acknowledgements.push(decodeAcknowledgement(reply));
      else onReply?.(reply);
    });
    const refused = acknowledgements.some(({ errno }) => errno !== 0);
    if (overrun && !refused)
      throw new NetlinkError("learn what became of a batch", failure(ENOBUFS, "errors were lost"));
    return acknowledgements;
  };

  /** The kernel tells of every refusal; that all was done, the last acknowledgement tells. */
  const encodeAll = (requests: readonly NetlinkRequest[]): Together => {
    const messages = requests.map((request, index) =>
      encode(request, NLM_F_REQUEST | (index === requests.length - 1 ? NLM_F_ACK : 0)),
    );
    const last = lastSequence;
    return { requests, first: last - requests.length + 1, last, bytes: Buffer.concat(messages) };
  };

  const refusalsOf = ({ requests, first, last }: Together) => {
    const refusals = requests.map((): Acknowledgement | undefined => undefined);
    const take = (reply: NetlinkReply): boolean => {
      if (reply.type !== NLMSG_ERROR) return false;
      const acknowledgement = decodeAcknowledgement(reply);
      if (acknowledgement.errno !== 0) refusals[reply.sequence - first] = acknowledgement;
      return reply.sequence === last;
    };
    while (!receiveFrom(requests[0]?.operation ?? "", first, last, take));
    return refusals;
  };

  const neverStill = ({ operation }: NetlinkRequest): NetlinkError =>
    new NetlinkError(
      operation,
      failure(EINTR, `the table changed during each of ${dumpAttempts} reads`),
    );

  return {
    portId: transport.portId,

    request(request) {
      const replies: NetlinkReply[] = [];
      const sequence = send(request, NLM_F_REQUEST | NLM_F_ACK);
      const take = (reply: NetlinkReply): boolean => {
        if (reply.type !== NLMSG_ERROR) {
          replies.push({ ...reply, body: Buffer.from(reply.body) });
          return false;
        }
        const acknowledgement = decodeAcknowledgement(reply);
        if (acknowledgement.errno !== 0) throw new NetlinkError(request.operation, acknowledgement);
        return true;
      };
      for (let done = false; !done; ) done = receiveOne(request.operation, sequence, take);
      return replies;
    },

    get(request, ...absent) {
      const sequence = send(request, NLM_F_REQUEST);
      let found: NetlinkReply | undefined;
      const take = (reply: NetlinkReply): boolean => {
        if (reply.type !== NLMSG_ERROR) found = { ...reply, body: Buffer.from(reply.body) };
        else {
          const refusal = decodeAcknowledgement(reply);
          // That something is not there is asked for often: an error would cost more than the question.
          if (!absent.includes(errnoName(refusal.errno)))
            throw new NetlinkError(request.operation, refusal);
        }
        return true;
      };
      while (!receiveOne(request.operation, sequence, take));
      return found;
    },

    requestAll(requests) {
      if (requests.length === 0) return [];
      const together = encodeAll(requests);
      transport.send(together.bytes);
      return refusalsOf(together);
    },

    async requestAllInBackground(requests) {
      if (requests.length === 0) return [];
      const together = encodeAll(requests);
      await transport.sendInBackground(together.bytes);
      return refusalsOf(together);
    },

    async requestInBackground(request) {
      const bytes = encode(request, NLM_F_REQUEST | NLM_F_ACK);
      const sequence = lastSequence;
      await transport.sendInBackground(bytes);
      acknowledged(request.operation, sequence);
    },

    dump(request, read) {
      for (let attempt = 0; attempt < dumpAttempts; attempt += 1) {
        const dump = startDump(request, read);
        for (let done = false; !done; ) done = dump.step();
        const values = dump.result();
        if (values !== "interrupted") return values;
      }
      throw neverStill(request);
    },

    async dumpInTurns(request, read) {
      for (let attempt = 0; attempt < dumpAttempts; attempt += 1) {
        const dump = startDump(request, read);
        while (!dump.step()) await nextTurn();
        const values = dump.result();
        if (values !== "interrupted") return values;
      }
      throw neverStill(request);
    },

    sendBatch(bytes, onReply) {
      transport.send(bytes);
      return answers(onReply);
    },

    async sendBatchInBackground(bytes) {
      await transport.sendInBackground(bytes);
      return answers();
    },

    receiveEvents: (limit, onEvent) => drain(transport, limit, onEvent),

    close: () => transport.close(),
  };
}

/** Takes what waits, without waiting. */
function drain(
  transport: NetlinkTransport,
  limit: number,
  take: (reply: NetlinkReply) => void,
): EventBatch {
  let count = 0;
  let overrun = false;
  while (count < limit) {
    try {
      const datagram = transport.receive(false);
      if (datagram === undefined) return { count, overrun, more: false };
      for (const reply of decodeMessages(datagram)) {
        count += 1;
        take(reply);
      }
    } catch (error) {
      if (!(error instanceof SystemCallError) || error.errno !== ENOBUFS) throw error;
      overrun = true;
    }
  }
  return { count, overrun, more: true };
}

function failure(errno: number, message: string): Omit<Acknowledgement, "sequence"> {
  return { errno, message, offset: undefined };
}
