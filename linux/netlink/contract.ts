/**
 * Netlink as the suite speaks it: messages as values, one synchronous exchange at a time, and errors in the kernel's
 * own words. Byte order is the host's (little-endian on x64 and arm64) unless a name says `be`. See netlink(7).
 */

/** A request before it is sent. Encoders of linux/netlink/ give these; a connection adds sequence and port ID. */
export interface NetlinkRequest {
  /** What it does, for error messages: "add the route 10.1.0.0/16". */
  readonly operation: string;
  /** nlmsg_type. */
  readonly type: number;
  /** nlmsg_flags besides REQUEST, ACK and DUMP, which the call adds. */
  readonly flags: number;
  /** The family's own header and the attributes. */
  readonly body: Uint8Array;
}

/** A message from the kernel. */
export interface NetlinkReply {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** nlmsg_pid: the port whose request it answers or whose request caused it, 0 for the kernel's own. */
  readonly portId: number;
  readonly body: Buffer;
}

/** An NLMSG_ERROR: errno 0 acknowledges. */
export interface Acknowledgement {
  /** Of the message it speaks of. */
  readonly sequence: number;
  /** As the C library counts it: positive, 0 when the request was done. */
  readonly errno: number;
  /** What the kernel says about it (extended ACK); "" if nothing. */
  readonly message: string;
  /** Where in the request, in bytes from its header, the attribute at fault lies; undefined where it does not say. */
  readonly offset: number | undefined;
}

/** What comes and goes, datagram by datagram: a socket, or a fake kernel. */
export interface NetlinkTransport {
  /** nl_pid of this end. */
  readonly portId: number;
  /**
   * Hands one datagram to the kernel, which acts on it before the call returns.
   * @throws SystemCallError when the kernel does not take it
   */
  send(bytes: Uint8Array): void;
  /** send() on a thread of its own: resolves when the kernel has acted. */
  sendInBackground(bytes: Uint8Array): Promise<void>;
  /**
   * The next datagram, valid until the next call; undefined when there is none (with `wait`, for seconds).
   * @throws SystemCallError with errno ENOBUFS once after the kernel had to drop some
   */
  receive(wait: boolean): Buffer | undefined;
  close(): void;
}

/** Events that came in since the last look. */
export interface EventBatch {
  readonly count: number;
  /** Some were lost for want of room (ENOBUFS): what was built from them must be read anew. */
  readonly overrun: boolean;
  /** The limit was reached: there may be more. */
  readonly more: boolean;
}

/** One netlink socket. All calls are synchronous: a request takes some ten microseconds. */
export interface NetlinkConnection {
  readonly portId: number;
  /**
   * Sends a request and waits for its acknowledgement; gives the replies before it (of a GET, or with NLM_F_ECHO).
   * @throws NetlinkError when the kernel refuses it
   */
  request(request: NetlinkRequest): readonly NetlinkReply[];
  /**
   * Asks for one object, whose reply comes without an acknowledgement. Undefined where the kernel refuses for one of
   * the named reasons, such as "ENODEV".
   * @throws NetlinkError when it refuses for another
   */
  get(request: NetlinkRequest, ...absent: readonly string[]): NetlinkReply | undefined;
  /**
   * Sends requests in one datagram: the kernel does one after another, also after one that it refuses. Gives the
   * refusals, undefined where there is none.
   */
  requestAll(requests: readonly NetlinkRequest[]): readonly (Acknowledgement | undefined)[];
  /** requestAll() on another thread. No other call on this connection until it is settled. */
  requestAllInBackground(
    requests: readonly NetlinkRequest[],
  ): Promise<readonly (Acknowledgement | undefined)[]>;
  /**
   * request() on another thread, for what the kernel takes its time for. No other call on this connection until it
   * is settled.
   * @throws NetlinkError when the kernel refuses it
   */
  requestInBackground(request: NetlinkRequest): Promise<void>;
  /**
   * Reads a table. `read` is called with each entry, whose body is valid during the call alone; what it gives is
   * kept unless undefined. A table that changed meanwhile (NLM_F_DUMP_INTR, EINTR) is read again from its start.
   * @throws NetlinkError when the kernel refuses it, or the table does not hold still; what `read` throws
   */
  dump<Value>(
    request: NetlinkRequest,
    read: (reply: NetlinkReply) => Value | undefined,
  ): readonly Value[];
  /**
   * dump() with the event loop's other work between the parts, 32 KiB each. No other call on this connection until it
   * is settled: open one for it.
   */
  dumpInTurns<Value>(
    request: NetlinkRequest,
    read: (reply: NetlinkReply) => Value | undefined,
  ): Promise<readonly Value[]>;
  /**
   * Sends messages that lie one behind another in one datagram, and collects what the kernel says of each: errors,
   * and acknowledgements of those with NLM_F_ACK. Their sequences are the caller's. Nothing is thrown for a refusal.
   * @param onReply is given other replies (NLM_F_ECHO); their body is valid during the call alone
   * @throws SystemCallError when the datagram is not taken; NetlinkError when errors may have been lost
   */
  sendBatch(bytes: Uint8Array, onReply?: (reply: NetlinkReply) => void): readonly Acknowledgement[];
  /**
   * sendBatch() on another thread. No other call on this connection until it is settled. A datagram that is not taken
   * has no answers.
   */
  sendBatchInBackground(bytes: Uint8Array): Promise<readonly Acknowledgement[]>;
  /**
   * Hands over what the joined multicast groups sent, at most `limit` messages or one datagram more. Does not wait.
   * The body is valid during the call alone.
   */
  receiveEvents(limit: number, onEvent: (event: NetlinkReply) => void): EventBatch;
  close(): void;
}
