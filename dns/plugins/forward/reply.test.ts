import { describe, expect, test } from "vitest";
import { type QueryOptions, query } from "#test/support/plugin.ts";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import type { Message } from "../../wire/contract.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { replyTo } from "../../wire/reply.ts";
import { responseOf, wireOf } from "../verdict.ts";
import { replied } from "./reply.ts";

const TEXT = "www.example.org. A";
const edns = { version: 0, udpPayloadBytes: 512, dnssecOk: false, options: [] };

/** What an upstream says to the query in lower case. */
function upstream(change: Partial<Message> = {}): Message {
  const { message } = query(TEXT, { id: 77 });
  const answers = records(
    "www.example.org. 30 IN A 10.0.0.1\nwww.example.org. 30 IN TYPE17 \\# 6 016100016200",
  );
  return { ...replyTo(message, { recursionAvailable: true, answers }), ...change };
}

function reply(message: Message, options: QueryOptions, text = "WWW.Example.org. A") {
  const asked = query(text, { id: 1234, ...options });
  const bytes = encodeMessage(message);
  const verdict = replied(asked, { bytes, message: decodeMessage(bytes) });
  return { response: responseOf(asked, verdict), wire: wireOf(verdict) };
}

const option = { code: 15, data: Uint8Array.of(0, 22) };

describe("the bytes say what the message says", () => {
  test.each<[string, Partial<Message>, QueryOptions, string]>([
    ["plain", {}, {}, ""],
    ["an OPT where the client had one", {}, { edns: {} }, ";; edns version 0 udp 1232"],
    ["DO is the client's", {}, { edns: { dnssecOk: true } }, ";; edns version 0 udp 1232 do"],
    [
      "the client's size",
      { edns },
      { edns: { udpPayloadBytes: 4096 } },
      ";; edns version 0 udp 4096",
    ],
    [
      "DO of the upstream stays",
      { edns: { ...edns, dnssecOk: true } },
      { edns: {} },
      ";; edns version 0 udp 1232 do",
    ],
    [
      "the version is ours",
      { edns: { ...edns, version: 3 } },
      { edns: {} },
      ";; edns version 0 udp 1232",
    ],
    ["truncated", { flags: { ...upstream().flags, truncated: true } }, {}, ""],
    ["extended rcode", { rcode: 23, edns }, { edns: {} }, ";; edns version 0 udp 1232"],
  ])("%s", (_, change, options, opt) => {
    const { response, wire } = reply(upstream(change), options);
    const decoded = decodeMessage(wire ?? new Uint8Array());
    expect(decoded).toEqual(response);
    expect(decoded).toMatchObject({ id: 1234, questions: [{ name: "WWW.Example.org." }] });
    expect(
      toZoneText(decoded)
        .split("\n")
        .filter((line) => line.startsWith(";; edns")),
    ).toEqual(opt === "" ? [] : [opt]);
  });

  test("options of the upstream stay", () => {
    const { response, wire } = reply(upstream({ edns: { ...edns, options: [option] } }), {
      edns: {},
    });
    expect(response.edns?.options).toEqual([option]);
    expect(decodeMessage(wire ?? new Uint8Array())).toEqual(response);
  });
});

describe("what cannot be patched is encoded anew", () => {
  test("an OPT that the client did not ask for goes", () => {
    const { response, wire } = reply(upstream({ edns, rcode: 23 }), {});
    expect([response.edns, response.rcode, wire]).toEqual([undefined, 2, undefined]);
  });

  test("a reply without question gets one", () => {
    const { response, wire } = reply(upstream({ questions: [], answers: [], rcode: 1 }), {});
    expect(response.questions).toEqual([{ name: "WWW.Example.org.", type: 1, class: 1 }]);
    expect(wire).toBeUndefined();
  });

  test("bytes behind the message are not sent on", () => {
    const message = upstream();
    const bytes = Buffer.concat([encodeMessage(message), Buffer.from("junk")]);
    const verdict = replied(query(TEXT, { id: 1 }), { bytes, message });
    expect(wireOf(verdict)).toBeUndefined();
  });

  test("the bytes lapse when a plugin makes another response of it", () => {
    const message = upstream();
    const verdict = replied(query(TEXT), { bytes: encodeMessage(message), message });
    if (verdict.kind !== "replied") throw new Error("no reply");
    expect(wireOf({ ...verdict, plugin: "rewrite" })).toBeDefined();
    expect(wireOf({ ...verdict, response: { ...verdict.response, rcode: 3 } })).toBeUndefined();
  });
});
