import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { HeaderStream } from "./compression.ts";
import { dictionary } from "./dictionary.ts";
import { dataFrame, pingFrame, readFrames, readHeaders, replyFrame, resetFrame } from "./frames.ts";
import { SpdySession } from "./session.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

test("the dictionary is the one that every peer has: its checksum is what peers compare", () => {
  expect(dictionary).toHaveLength(1423);
  expect(deflateSync("", { dictionary }).readUInt32BE(2)).toBe(0xe3c6a7c2);
});

test.each([
  ["data", dataFrame(5, Buffer.from("hi"), false), "00000005 00 000002 6869"],
  ["the last data", dataFrame(5, Buffer.alloc(0), true), "00000005 01 000000"],
  ["a reply", replyFrame(1, hex("ff")), "80030002 00 000005 00000001 ff"],
  ["a reset", resetFrame(1), "80030003 00 000008 00000001 00000006"],
  ["a ping", pingFrame(hex("00000007")), "80030006 00 000004 00000007"],
])("%s as bytes", (_, frame, expected) => {
  expect(frame).toEqual(hex(expected));
});

test("frames come in pieces, and those of no consequence are passed over", () => {
  const bytes = hex(
    "80030001 01 00000c 00000003 00000000 0000 abcd 80030004 00 000004 00000000 80030003 00 000008 00000003 00000005 00000003 00 000001 78",
  );
  const { frames, rest } = readFrames(bytes.subarray(0, -1));
  expect(frames).toEqual([
    { kind: "open", stream: 3, isLast: true, headers: hex("abcd") },
    { kind: "other" },
    { kind: "reset", stream: 3 },
  ]);
  expect(readFrames(Buffer.concat([rest, bytes.subarray(-1)])).frames).toEqual([
    { kind: "data", stream: 3, isLast: false, body: Buffer.from("x") },
  ]);
});

const block = Buffer.concat([
  hex("00000001 00000004"),
  Buffer.from("Port"),
  hex("00000002"),
  Buffer.from("80"),
]);

test("headers", () => {
  expect([...readHeaders(block)]).toEqual([["port", "80"]]);
});

test("streams that the client opens are answered, and carry both ways", async () => {
  const sent: Buffer[] = [];
  const heard: string[] = [];
  const session = new SpdySession(
    (bytes) => sent.push(bytes),
    (stream) => {
      heard.push(`open ${stream.headers.get("port")}`);
      stream.data = (chunk) => stream.write(chunk);
      stream.ended = () => stream.end();
      const id = 2 * heard.length - 1;
      stream.gone = () => heard.push(`gone ${id}`);
    },
  );
  const client = new HeaderStream("deflate");
  for (const id of [1, 3]) {
    const headers = await client.pass(block);
    const head = hex(
      `80030001 00 ${(10 + headers.length).toString(16).padStart(6, "0")} 0000000${id} 00000000 0000`,
    );
    await session.receive(Buffer.concat([head, headers]));
  }
  await session.receive(dataFrame(1, Buffer.from("hi"), true));
  expect(heard).toEqual(["open 80", "open 80"]);
  const answers = sent.map((bytes) => bytes.readUInt32BE(0));
  expect(answers).toEqual([0x8003_0002, 0x8003_0002, 1, 1]);
  session.close();
  client.close();
  // The first was over, and not kept to the end of the session.
  expect(heard).toEqual(["open 80", "open 80", "gone 3"]);
});
