import { expect, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import { encodeMessage } from "../wire/encode.ts";
import { replyTo } from "../wire/reply.ts";
import { mismatch, questionEnd } from "./reply-match.ts";

const { message } = query("www.Example.org. TYPE97", { id: 0x1234, edns: {} });
const asked = encodeMessage(message);
const reply = Buffer.from(encodeMessage(replyTo(message, {})));
const END = 12 + 17 + 4;

/** The reply with the bytes from an offset on replaced. */
function patched(offset: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(reply);
  copy.set(bytes, offset);
  return copy;
}
const header = (rcode: number) => Uint8Array.of(0x12, 0x34, 0x81, rcode, 0, 0, 0, 0, 0, 0, 0, 0);

test("the question ends behind its class", () => expect(questionEnd(asked)).toBe(END));

test.each<[string, Uint8Array, string | undefined]>([
  ["the reply", reply, undefined],
  [
    "with the name in another case",
    patched(13, ..."WWW".split("").map((c) => c.charCodeAt(0))),
    undefined,
  ],
  ["with any flags and rcode", patched(2, 0x86, 0xb3), undefined],
  ["with the question alone", reply.subarray(0, END), undefined],
  ["a bare FORMERR", header(1), undefined],
  ["a bare REFUSED", header(5), undefined],
  ["a bare NOERROR", header(0), "malformed"],
  ["a bare NXDOMAIN", header(3), "malformed"],
  ["nothing", new Uint8Array(), "malformed"],
  ["eleven bytes", reply.subarray(0, 11), "malformed"],
  ["another ID, first byte", patched(0, 0x13), "id"],
  ["another ID, second byte", patched(1, 0x35), "id"],
  ["no response", patched(2, 0x01), "malformed"],
  ["another opcode", patched(2, 0xa1), "malformed"],
  ["two questions", patched(4, 0, 2), "malformed"],
  ["256 questions", patched(4, 1, 0), "malformed"],
  ["another letter", patched(13, 0x78), "question"],
  ["another label length", patched(12, 4), "question"],
  ["a pointer for a name", patched(12, 0xc0, 0x0c), "question"],
  // 97 and 65 differ in the bit that tells upper from lower case; so do 1 and 33.
  ["another type", patched(END - 3, 65), "question"],
  ["another class", patched(END - 1, 33), "question"],
  ["cut within the question", reply.subarray(0, END - 1), "question"],
])("%s", (_, bytes, expected) => expect(mismatch(asked, bytes)).toBe(expected));

test.each([
  ["[ and {", "[.", "{."],
  ["@ and `", "@.", "`."],
])("octets that differ in the same bit are no case of one another: %s", (_, left, right) => {
  const of = (name: string) => query(`${name.replace("@", "\\@")} A`, { id: 1 }).message;
  expect(mismatch(encodeMessage(of(left)), encodeMessage(replyTo(of(right), {})))).toBe("question");
});
