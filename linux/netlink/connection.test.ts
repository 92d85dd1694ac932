import { constants } from "node:os";
import { describe, expect, test } from "vitest";
import {
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
} from "./abi.ts";
import { NetlinkError } from "./errors.ts";
import { encodeMessage } from "./message.ts";
import {
  connectFake,
  type FakeDatagram,
  fakeAck,
  fakeDone,
  fakeReply,
} from "./testing/fake-kernel.ts";

const { EBUSY, EEXIST, EINTR, EPERM } = constants.errno;
const ENTRY = 16;
const request = { operation: "test the fake", type: 18, flags: 0x400, body: Buffer.from("ask!") };
const text = (body: Buffer): string => body.toString("latin1");

function errorOf(call: () => unknown): NetlinkError {
  try {
    call();
  } catch (error) {
    if (error instanceof NetlinkError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

describe("request", () => {
  test("is sent with its flags and gives what comes before the acknowledgement", () => {
    const connection = connectFake((sent) => {
      expect(sent).toMatchObject({ type: 18, flags: 0x400 | NLM_F_REQUEST | NLM_F_ACK });
      expect(text(sent.body)).toBe("ask!");
      return [[fakeReply(sent, ENTRY, Buffer.from("one."))], [fakeAck(sent)]];
    });
    expect(connection.request(request).map(({ body }) => text(body))).toEqual(["one."]);
  });

  test("what answers others is passed over", () => {
    const connection = connectFake((sent) => {
      const foreign = { ...fakeAck(sent, EPERM), portId: 1 };
      const stale = { ...fakeAck(sent, EPERM), sequence: sent.sequence - 1 };
      return [[foreign, stale], [fakeAck(sent)]];
    });
    expect(connection.request(request)).toEqual([]);
    expect(connection.request(request)).toEqual([]);
  });

  test("a refusal says what, why, and where", () => {
    const connection = connectFake((sent) => [
      [
        fakeAck(sent, EEXIST, (writer) =>
          writer.string(NLMSGERR_ATTR_MSG, "name is taken").u32(NLMSGERR_ATTR_OFFS, 36),
        ),
      ],
    ]);
    const error = errorOf(() => connection.request(request));
    expect(error).toMatchObject({
      code: "FL-L005",
      errno: EEXIST,
      errnoName: "EEXIST",
      offset: 36,
    });
    expect(error.message).toBe(
      "cannot test the fake: netlink: EEXIST: name is taken (at byte 36 of the request)",
    );
  });

  test("a kernel that is silent is an error", () => {
    const error = errorOf(() => connectFake(() => []).request(request));
    expect(error.errnoName).toBe("ETIMEDOUT");
  });
});

describe("dump", () => {
  const read = ({ body }: { readonly body: Buffer }): string | undefined =>
    text(body) === "skip" ? undefined : text(body);

  test("gathers all parts", () => {
    const connection = connectFake((sent) => {
      expect(sent.flags & NLM_F_DUMP).toBe(NLM_F_DUMP);
      const entry = (word: string) => fakeReply(sent, ENTRY, Buffer.from(word));
      return [[entry("one."), entry("skip")], [entry("two.")], [fakeDone(sent)]];
    });
    expect(connection.dump(request, read)).toEqual(["one.", "two."]);
  });

  test.each<{ name: string; interrupted(sent: Parameters<typeof fakeDone>[0]): FakeDatagram[] }>([
    {
      name: "a flag on an entry",
      interrupted: (sent) => [
        [fakeReply(sent, ENTRY, Buffer.from("old."), NLM_F_DUMP_INTR)],
        [fakeDone(sent)],
      ],
    },
    {
      name: "a flag at the end",
      interrupted: (sent) => [
        [fakeReply(sent, ENTRY, Buffer.from("old."))],
        [fakeDone(sent, 0, NLM_F_DUMP_INTR)],
      ],
    },
    { name: "EINTR at the end", interrupted: (sent) => [[fakeDone(sent, EINTR)]] },
    { name: "EINTR as an error", interrupted: (sent) => [[fakeAck(sent, EINTR)]] },
  ])("is done again after $name", ({ interrupted }) => {
    let attempts = 0;
    const connection = connectFake((sent) => {
      attempts += 1;
      if (attempts < 3) return interrupted(sent);
      return [[fakeReply(sent, ENTRY, Buffer.from("new.")), fakeDone(sent)]];
    });
    expect(connection.dump(request, read)).toEqual(["new."]);
  });

  test("gives up on a table that never holds still", () => {
    const connection = connectFake((sent) => [[fakeDone(sent, 0, NLM_F_DUMP_INTR)]]);
    expect(errorOf(() => connection.dump(request, read)).errnoName).toBe("EINTR");
  });

  test.each([
    { name: "at its end", refuse: fakeDone },
    { name: "at its start", refuse: fakeAck },
  ])("refused $name", ({ refuse }) => {
    const connection = connectFake((sent) => [[refuse(sent, EBUSY)]]);
    expect(errorOf(() => connection.dump(request, read)).errnoName).toBe("EBUSY");
  });

  test("what the reader throws is thrown once the rest is received", () => {
    const connection = connectFake((sent) => [
      [fakeReply(sent, ENTRY, Buffer.from("bad."))],
      [fakeReply(sent, ENTRY, Buffer.from("two.")), fakeDone(sent)],
    ]);
    const fail = (): never => {
      throw new RangeError("no");
    };
    expect(() => connection.dump(request, fail)).toThrow(RangeError);
    expect(connection.dump(request, read)).toEqual(["bad.", "two."]);
  });
});

describe("dumpInTurns", () => {
  const read = ({ body }: { readonly body: Buffer }): string => text(body);

  test("leaves turns to others, and starts again when interrupted", async () => {
    let attempts = 0;
    const connection = connectFake((sent) => {
      attempts += 1;
      const entry = (word: string) => fakeReply(sent, ENTRY, Buffer.from(word));
      const flags = attempts === 1 ? NLM_F_DUMP_INTR : 0;
      return [[entry("one.")], [entry("two.")], [fakeDone(sent, 0, flags)]];
    });
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    await expect(connection.dumpInTurns(request, read)).resolves.toEqual(["one.", "two."]);
    expect(attempts).toBe(2);
    expect(turns).toBeGreaterThanOrEqual(4);
    turns = 100;
  });

  test("a refusal rejects", async () => {
    const connection = connectFake((sent) => [[fakeAck(sent, EPERM)]]);
    await expect(connection.dumpInTurns(request, read)).rejects.toThrow("EPERM");
    const restless = connectFake((sent) => [[fakeDone(sent, 0, NLM_F_DUMP_INTR)]]);
    await expect(restless.dumpInTurns(request, read)).rejects.toThrow("EINTR");
  });
});

describe("sendBatch", () => {
  const batch = Buffer.concat(
    [7, 8, 9].map((sequence) =>
      encodeMessage({ type: 1, flags: 0, sequence, portId: 0, body: Buffer.alloc(4) }),
    ),
  );

  test("collects errors and acknowledgements, and hands over the rest", () => {
    const connection = connectFake((sent) => {
      if (sent.sequence === 7) return [[fakeAck(sent)]];
      if (sent.sequence === 8) return [[fakeReply(sent, ENTRY, Buffer.from("echo"))]];
      return [[fakeAck(sent, EEXIST, (writer) => writer.u32(NLMSGERR_ATTR_OFFS, 20))]];
    });
    const echoed: string[] = [];
    expect(connection.sendBatch(batch, ({ body }) => echoed.push(text(body)))).toEqual([
      { sequence: 7, errno: 0, message: "", offset: undefined },
      { sequence: 9, errno: EEXIST, message: "", offset: 20 },
    ]);
    expect(echoed).toEqual(["echo"]);
  });

  test("errors that were lost are an error, unless one came through", () => {
    const lost = connectFake(() => ["overrun"]);
    expect(errorOf(() => lost.sendBatch(batch)).errnoName).toBe("ENOBUFS");
    const known = connectFake((sent) => ["overrun", [fakeAck(sent, EPERM)]]);
    expect(known.sendBatch(batch)).toHaveLength(3);
  });
});

describe("get", () => {
  test("takes the reply, which no acknowledgement follows", () => {
    const flags: number[] = [];
    const connection = connectFake((sent) => {
      flags.push(sent.flags);
      return [[fakeReply(sent, ENTRY, Buffer.from("one."))]];
    });
    expect(text(connection.get(request)?.body ?? Buffer.alloc(0))).toBe("one.");
    expect(flags).toEqual([0x400 | NLM_F_REQUEST]);
  });

  test("what is not there is undefined where that was expected, else an error", () => {
    const connection = connectFake((sent) => [[fakeAck(sent, EPERM)]]);
    expect(connection.get(request, "EPERM")).toBeUndefined();
    expect(errorOf(() => connection.get(request, "ENODEV")).errnoName).toBe("EPERM");
  });
});

describe("requestAll", () => {
  test("goes in one datagram, and the last alone is acknowledged", () => {
    const connection = connectFake((sent) => {
      if ((sent.flags & NLM_F_ACK) !== 0) return [[fakeAck(sent)]];
      return sent.sequence === 2 ? [[fakeAck(sent, EEXIST)]] : [];
    });
    const refusals = connection.requestAll([request, request, request]);
    expect(refusals.map((refusal) => refusal?.errno)).toEqual([undefined, EEXIST, undefined]);
    expect(connection.requestAll([])).toEqual([]);
  });

  test("the last one's refusal is its acknowledgement", () => {
    const connection = connectFake((sent) => [[fakeAck(sent, EPERM)]]);
    expect(connection.requestAll([request]).map((each) => each?.errno)).toEqual([EPERM]);
  });
});

test("a request on another thread ends with its acknowledgement, or with a refusal", async () => {
  let errno = 0;
  const connection = connectFake((sent) => [[fakeAck(sent, errno)]]);
  await connection.requestInBackground(request);
  errno = EPERM;
  await expect(connection.requestInBackground(request)).rejects.toThrow("EPERM");
});

describe("receiveEvents", () => {
  const event = (word: string) => ({
    type: ENTRY,
    flags: 0,
    sequence: 0,
    portId: 0,
    body: Buffer.from(word),
  });

  test("tells of losses and of what is left", () => {
    const events: FakeDatagram[] = [[event("one."), event("two.")], "overrun", [event("more")]];
    const connection = connectFake(() => [], events);
    const words: string[] = [];
    const take = (): unknown => connection.receiveEvents(2, ({ body }) => words.push(text(body)));
    expect(take()).toEqual({ count: 2, overrun: false, more: true });
    expect(take()).toEqual({ count: 1, overrun: true, more: false });
    expect(words).toEqual(["one.", "two.", "more"]);
  });
});
