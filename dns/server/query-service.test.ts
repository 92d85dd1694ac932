import { describe, expect, it, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import { record, toZoneText } from "#test/zone-text/zone-text.ts";
import type { PluginInstance } from "../contract.ts";
import type { Edns } from "../wire/contract.ts";
import { decodeMessage } from "../wire/decode.ts";
import { encodeMessage } from "../wire/encode.ts";
import { replyTo } from "../wire/reply.ts";
import { QueryService } from "./query-service.ts";

test("a response without a wire form is a panic and SERVFAIL, not the end of the process", async () => {
  const broken: PluginInstance = {
    name: "broken",
    fastPath: { kind: "needs-query" },
    handler: {
      serve: async ({ message, question }) => ({
        kind: "replied",
        plugin: "broken",
        response: replyTo(message, {
          answers: [{ ...question, type: "A", ttlSeconds: 0, address: "not an address" }],
        }),
      }),
    },
  };
  const panics: string[] = [];
  const service = new QueryService({
    router: {
      route: () => ({ zone: ".", instances: [broken], takesAllClasses: false }),
    },
    onPanic: (plugin, error) => panics.push(`${plugin}: ${error.message}`),
    onDropped: () => {},
  });
  const { message, client, transport, server } = query("a.test. A");
  const reply = await service.answer({ bytes: encodeMessage(message), client, transport, server });
  expect(decodeMessage(reply ?? new Uint8Array())).toMatchObject({
    id: message.id,
    rcode: 2,
    questions: message.questions,
    answers: [],
  });
  expect(panics).toEqual(['server: "not an address" is no IPv4 address']);
});

/** One block for test., and one for chaos. that takes all classes; each answers with 60 addresses. */
function serving() {
  const dropped: string[] = [];
  const many: PluginInstance = {
    name: "many",
    fastPath: { kind: "needs-query" },
    handler: {
      serve: async ({ message, question, zone, sizeBytes }) => ({
        kind: "replied",
        plugin: "many",
        response: replyTo(message, {
          authoritative: true,
          answers: Array.from({ length: 60 }, (_, n) =>
            record(`${question.name} 5 IN A 192.0.2.${n + 1}`),
          ),
          additionals: [record(`zone. 0 IN TXT "${zone} ${sizeBytes}"`)],
        }),
      }),
    },
  };
  const service = new QueryService({
    router: {
      route: (server, name) => {
        if (server !== "dns://:53") return undefined;
        if (name.endsWith("chaos."))
          return { zone: "chaos.", instances: [many], takesAllClasses: true };
        if (!name.toLowerCase().endsWith("test.")) return undefined;
        return { zone: "test.", instances: [many], takesAllClasses: false };
      },
    },
    onPanic: (plugin, error) => dropped.push(`${plugin} threw ${error.message}`),
    onDropped: ({ server, transport, question, rcode }) =>
      dropped.push(`${server} ${transport} ${question.name} ${question.class} ${rcode}`),
  });
  return { service, dropped };
}

async function answerTo(
  bytes: Uint8Array,
  transport: "udp" | "tcp" = "udp",
  server = "dns://:53",
): Promise<{ readonly reply: Uint8Array | undefined; readonly dropped: readonly string[] }> {
  const { service, dropped } = serving();
  const { client } = query("a.test. A");
  return { reply: await service.answer({ bytes, client, transport, server }), dropped };
}

const wireOf = (text: string, options: Parameters<typeof query>[1] = {}): Uint8Array =>
  encodeMessage(query(text, options).message);

/** The bytes with some replaced, from an offset on. */
function patched(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, offset);
  return copy;
}

const plain = wireOf("a.test. A");
const FLAGS = 2;
const COUNTS = 4;

describe("a message that is no query", () => {
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["less than a header", plain.subarray(0, 11)],
    ["a response", patched(plain, FLAGS, 0x80)],
    ["a response that is malformed as well", patched(plain, FLAGS, 0xff, 0xff, 9, 9)],
  ])("gets no reply: %s", async (_, bytes) => {
    expect(await answerTo(bytes)).toEqual({ reply: undefined, dropped: [] });
  });

  it.each<[string, Uint8Array, string]>([
    ["STATUS", patched(plain, FLAGS, 0x11), "00019104000000000000" + "0000"],
    ["UPDATE", patched(plain, FLAGS, 0x28), "0001a804000000000000" + "0000"],
    ["no question", patched(plain, COUNTS, 0, 0), "000181010000000000000000"],
    ["two questions", patched(plain, COUNTS, 0, 2), "000181010000000000000000"],
    ["two answers", patched(plain, COUNTS + 2, 0, 2), "000181010000000000000000"],
    ["three additional records", patched(plain, COUNTS + 6, 0, 3), "000181010000000000000000"],
    ["a header that promises a question", plain.subarray(0, 12), "000181010000000000000000"],
    ["a name that ends beyond the message", patched(plain, 12, 63), "000181010000000000000000"],
    ["a name that points to itself", patched(plain, 12, 0xc0, 12), "000181010000000000000000"],
    ["CD and RD come back", patched(plain, FLAGS, 0x01, 0x10, 0, 0), "000181110000000000000000"],
  ])("is refused by its header: %s", async (_, bytes, hex) => {
    const { reply, dropped } = await answerTo(bytes);
    expect(Buffer.from(reply ?? []).toString("hex")).toBe(hex);
    expect(dropped).toEqual([]);
  });
});

describe("a query", () => {
  const textOf = (reply: Uint8Array | undefined): string[] =>
    toZoneText(decodeMessage(reply ?? new Uint8Array())).split("\n");

  it.each<[string, Uint8Array, string, string[], string[]]>([
    [
      "of a version of EDNS that nobody knows",
      wireOf("a.test. A", { edns: { version: 1, udpPayloadBytes: 1232 } as Edns }),
      "dns://:53",
      [";; QUERY BADVERS qr rd", ";; edns version 0 udp 1232", ";; question a.test. IN A"],
      [],
    ],
    [
      "of a name that no block has",
      wireOf("example.org. A"),
      "dns://:53",
      [";; QUERY REFUSED qr rd", ";; question example.org. IN A"],
      ["dns://:53 udp example.org. 1 5"],
    ],
    [
      "on a listener without blocks",
      wireOf("a.test. A"),
      "dns://:54",
      [";; QUERY REFUSED qr rd", ";; question a.test. IN A"],
      ["dns://:54 udp a.test. 1 5"],
    ],
    [
      "of class CH",
      wireOf("a.test. TXT", { class: 3 }),
      "dns://:53",
      [";; QUERY REFUSED qr rd", ";; question a.test. CH TXT"],
      ["dns://:53 udp a.test. 3 5"],
    ],
  ])("%s", async (_, bytes, server, lines, expected) => {
    const { reply, dropped } = await answerTo(bytes, "udp", server);
    expect(textOf(reply)).toEqual(lines);
    expect(dropped).toEqual(expected);
  });

  it("with bytes behind it is answered as without them", async () => {
    const { reply } = await answerTo(Buffer.concat([plain, Buffer.of(1, 2, 3)]));
    expect(decodeMessage(reply ?? new Uint8Array()).rcode).toBe(0);
  });

  it("of class CH reaches a block that takes it", async () => {
    const { reply, dropped } = await answerTo(wireOf("version.chaos. TXT", { class: 3 }), "tcp");
    expect(textOf(reply)).toContain('zone. 0 IN TXT "chaos. 31"');
    expect(dropped).toEqual([]);
  });

  it.each([
    ["udp without EDNS", "udp", undefined, 512, 30],
    ["udp with 100 bytes is given 512", "udp", 100, 512, 29],
    ["udp with 900", "udp", 900, 900, 54],
    ["udp with 4096", "udp", 4096, 4096, 60],
    ["tcp whatever EDNS says", "tcp", 512, 65_535, 60],
  ] as const)("%s: is cut to what the client takes", async (_, transport, size, limit, answers) => {
    const edns = size === undefined ? {} : { edns: { udpPayloadBytes: size } };
    const { reply } = await answerTo(wireOf("A.Test. A", edns), transport);
    const decoded = decodeMessage(reply ?? new Uint8Array());
    expect(reply?.length).toBeLessThanOrEqual(limit);
    expect(decoded.flags.truncated).toBe(answers < 60);
    expect(decoded.answers).toHaveLength(answers);
    expect(decoded.questions[0]?.name).toBe("A.Test.");
    expect(decoded.edns?.udpPayloadBytes).toBe(size);
  });
});
