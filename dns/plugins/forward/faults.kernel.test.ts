/** What clients get when upstreams misbehave, over real sockets. */
import { afterEach, describe, expect, test } from "vitest";
import { closeScenes, movedCounters, scene } from "#test/upstream/forward-scene.ts";
import {
  answer,
  brokenOff,
  byTransport,
  close,
  delayed,
  drop,
  fromElsewhere,
  garbage,
  inTurn,
  noResponse,
  replyWith,
  reset,
  type Script,
  thenAlways,
  wrongId,
  wrongQuestion,
} from "#test/upstream/script.ts";
import type { Transport } from "../../contract.ts";

afterEach(closeScenes);

const A = answer("10.0.0.1");
const B = answer("10.0.0.2");
/** Where nobody answers, and all of the time is waited for. */
const BRIEF = "read_timeout 200ms";
/** Where one is silent and another must have answered before it is asked again, on the busiest machine. */
const LONG = "read_timeout 1s";
const TIMEOUT = "SERVFAIL: read udp UPSTREAM: i/o timeout";

interface Row {
  readonly fault: string;
  readonly upstreams: readonly Script[];
  /** Default: whoever answers has all of a query's time for it. */
  readonly options?: string;
  readonly transport?: Transport;
  /** What the client gets. */
  readonly gets: string;
  /** Queries that each upstream saw. */
  readonly asked: readonly number[];
  readonly counts?: readonly string[];
}

describe("one query to upstreams that misbehave", () => {
  test.each<Row>([
    { fault: "none", upstreams: [A, B], gets: "NOERROR 10.0.0.1", asked: [1, 0] },
    {
      fault: "none, over TCP",
      upstreams: [A],
      transport: "tcp",
      gets: "NOERROR 10.0.0.1",
      asked: [1],
    },
    {
      fault: "slow within the time",
      upstreams: [delayed(40, A), B],
      gets: "NOERROR 10.0.0.1",
      asked: [1, 0],
    },
    {
      fault: "silent, another one answers",
      upstreams: [drop, B],
      options: LONG,
      gets: "NOERROR 10.0.0.2",
      asked: [1, 1],
    },
    {
      fault: "silent, alone: asked twice",
      upstreams: [drop],
      options: BRIEF,
      gets: TIMEOUT,
      asked: [2],
    },
    {
      fault: "silent, both: asked twice each",
      upstreams: [drop, drop],
      options: BRIEF,
      gets: TIMEOUT,
      asked: [2, 2],
    },
    {
      fault: "silent, one attempt allowed",
      upstreams: [drop, B],
      options: `${BRIEF}\nmax_connect_attempts 1`,
      gets: TIMEOUT,
      asked: [1, 0],
    },
    {
      fault: "silent at first",
      upstreams: [thenAlways(drop, A)],
      options: LONG,
      gets: "NOERROR 10.0.0.1",
      asked: [2],
    },
    {
      fault: "wrong ID, then the answer",
      upstreams: [inTurn(wrongId(B), A)],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: ["fairlead_forward_ignored_replies_total id 1"],
    },
    {
      fault: "wrong ID alone",
      upstreams: [wrongId(B), A],
      options: LONG,
      gets: "NOERROR 10.0.0.1",
      asked: [1, 1],
      counts: ["fairlead_forward_ignored_replies_total id 1"],
    },
    {
      fault: "wrong question, then the answer",
      upstreams: [inTurn(wrongQuestion(B), A)],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: ["fairlead_forward_ignored_replies_total question 1"],
    },
    {
      fault: "a flood of wrong replies, then the answer",
      upstreams: [inTurn(...Array.from({ length: 50 }, () => wrongId(B)), delayed(10, A))],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: ["fairlead_forward_ignored_replies_total id 50"],
    },
    {
      fault: "wrong question alone",
      upstreams: [wrongQuestion(B)],
      options: LONG,
      gets: TIMEOUT,
      asked: [2],
      counts: ["fairlead_forward_ignored_replies_total question 2"],
    },
    {
      fault: "from another port, then the answer",
      upstreams: [inTurn(fromElsewhere(B), delayed(10, A))],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
    },
    {
      fault: "from another port alone",
      upstreams: [fromElsewhere(B)],
      options: BRIEF,
      gets: TIMEOUT,
      asked: [2],
    },
    {
      fault: "garbage, then the answer",
      upstreams: [inTurn(garbage, A)],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: ["fairlead_forward_ignored_replies_total id 1"],
    },
    {
      fault: "the query sent back, then the answer",
      upstreams: [inTurn(noResponse(B), A)],
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: ["fairlead_forward_ignored_replies_total malformed 1"],
    },
    {
      fault: "an answer that breaks off",
      upstreams: [brokenOff(A), B],
      gets: "NOERROR 10.0.0.2",
      asked: [1, 1],
    },
    {
      fault: "an answer that breaks off and says so",
      upstreams: [brokenOff(answer("10.0.0.1", { truncated: true })), B],
      gets: "NOERROR tc",
      asked: [1, 0],
    },
    {
      fault: "truncated: the client hears so",
      upstreams: [answer("10.0.0.1", { truncated: true })],
      gets: "NOERROR tc 10.0.0.1",
      asked: [1],
    },
    {
      fault: "truncated, prefer_udp",
      upstreams: [byTransport({ udp: replyWith({ truncated: true }), tcp: B })],
      options: "prefer_udp",
      gets: "NOERROR 10.0.0.2",
      asked: [2],
    },
    {
      fault: "truncated over TCP too, prefer_udp",
      upstreams: [replyWith({ truncated: true })],
      options: "prefer_udp",
      gets: "NOERROR tc",
      asked: [2],
    },
    {
      fault: "TCP closed at once",
      upstreams: [close, B],
      transport: "tcp",
      gets: "NOERROR 10.0.0.2",
      asked: [1, 1],
    },
    {
      fault: "TCP reset, alone",
      upstreams: [reset],
      transport: "tcp",
      gets: "SERVFAIL: read tcp UPSTREAM: connection reset by peer",
      asked: [2],
    },
    {
      fault: "TCP silent",
      upstreams: [drop, B],
      options: LONG,
      transport: "tcp",
      gets: "NOERROR 10.0.0.2",
      asked: [1, 1],
    },
    {
      fault: "TCP: wrong ID and wrong question before the answer",
      upstreams: [inTurn(wrongId(B), wrongQuestion(B), A)],
      transport: "tcp",
      gets: "NOERROR 10.0.0.1",
      asked: [1],
      counts: [
        "fairlead_forward_ignored_replies_total id 1",
        "fairlead_forward_ignored_replies_total question 1",
      ],
    },
    {
      fault: "SERVFAIL is an answer",
      upstreams: [replyWith({ rcode: 2 }), B],
      gets: "SERVFAIL",
      asked: [1, 0],
    },
    {
      fault: "SERVFAIL with failover",
      upstreams: [replyWith({ rcode: 2 }), B],
      options: "failover servfail",
      gets: "NOERROR 10.0.0.2",
      asked: [1, 1],
    },
    {
      fault: "failover everywhere: the last answer",
      upstreams: [replyWith({ rcode: 2 }), replyWith({ rcode: 5 })],
      options: "failover SERVFAIL REFUSED",
      gets: "REFUSED",
      asked: [1, 1],
    },
    {
      fault: "a bare FORMERR header",
      upstreams: [
        ({ message }) => [
          {
            send: Uint8Array.of(
              message.id >> 8,
              message.id & 0xff,
              0x81,
              1,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
            ),
          },
        ],
      ],
      gets: "FORMERR",
      asked: [1],
    },
  ])("$fault", async ({ upstreams: scripts, options = "", transport, gets, asked, counts }) => {
    const { upstreams, process, ask } = await scene(scripts, options);
    expect(await ask("www.example.org. A", { transport: transport ?? "udp" })).toBe(gets);
    // What was sent last may still be on its way when the time for it is over.
    await expect.poll(() => upstreams.map((upstream) => upstream.asked.length)).toEqual(asked);
    expect(await movedCounters(process)).toEqual(counts ?? []);
  });
});
