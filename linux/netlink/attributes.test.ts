import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NetlinkFormatError } from "./errors.ts";
import { decodeMessages, encodeMessage } from "./message.ts";
import { type AttributeReader, readAttributes } from "./reader.ts";
import { NetlinkWriter } from "./writer.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("attributes as bytes", () => {
  test.each<{ name: string; write(writer: NetlinkWriter): unknown; bytes: string }>([
    { name: "u8", write: (w) => w.u8(5, 7), bytes: "05000500 07000000" },
    { name: "u16", write: (w) => w.u16(5, 0x102), bytes: "06000500 02010000" },
    { name: "u16be", write: (w) => w.u16be(5, 0x102), bytes: "06000500 01020000" },
    { name: "u32", write: (w) => w.u32(5, 0x1020304), bytes: "08000500 04030201" },
    { name: "u32be", write: (w) => w.u32be(5, 0x1020304), bytes: "08000500 01020304" },
    { name: "u64", write: (w) => w.u64(5, 1n), bytes: "0c000500 0100000000000000" },
    { name: "u64be", write: (w) => w.u64be(5, 1n), bytes: "0c000500 0000000000000001" },
    { name: "string", write: (w) => w.string(3, "lo"), bytes: "07000300 6c6f0000" },
    {
      name: "string to the boundary",
      write: (w) => w.string(3, "eth"),
      bytes: "08000300 65746800",
    },
    { name: "bytes", write: (w) => w.bytes(1, Buffer.from([9])), bytes: "05000100 09000000" },
    { name: "flag", write: (w) => w.flag(23), bytes: "04001700" },
    {
      name: "nested",
      write: (w) => w.nested(18, (inner) => inner.string(1, "veth")),
      bytes: "10001280 09000100 7665746800000000",
    },
    { name: "raw", write: (w) => w.raw(Buffer.from([1, 2, 3])), bytes: "01020300" },
    {
      name: "a message",
      write: (w) => w.begin(20, 0x605, 3).u8(1, 2).end(),
      bytes: "18000000 1400 0506 03000000 00000000 05000100 02000000",
    },
  ])("$name", ({ write, bytes }) => {
    const writer = new NetlinkWriter(Buffer.alloc(0));
    write(writer);
    expect(hex(writer.finish())).toBe(bytes.replaceAll(" ", ""));
  });
});

describe("the first value that does not fit is the error", () => {
  test.each<{ name: string; write(writer: NetlinkWriter): unknown; says: string }>([
    { name: "u8", write: (w) => w.u8(5, 256).u8(6, -1), says: "attribute 5 takes an integer" },
    { name: "u16", write: (w) => w.u16(5, 65_536), says: "from 0 to 65535, not 65536" },
    { name: "u32", write: (w) => w.u32be(5, -1), says: "not -1" },
    { name: "fraction", write: (w) => w.u32(5, 1.5), says: "not 1.5" },
    { name: "u64", write: (w) => w.u64(5, 1n << 64n), says: "64 bits" },
    { name: "bytes", write: (w) => w.bytes(5, Buffer.alloc(65_532)), says: "at most 65535" },
    {
      name: "nested",
      write: (w) =>
        w.nested(1, (i) => i.bytes(5, Buffer.alloc(60_000)).bytes(5, Buffer.alloc(9_999))),
      says: "at most 65535",
    },
  ])("$name", ({ write, says }) => {
    const writer = new NetlinkWriter();
    write(writer);
    expect(() => writer.finish()).toThrow(says);
    expect(() => writer.finish()).toThrow(NetlinkFormatError);
  });
});

describe("malformed attributes", () => {
  test.each([
    { name: "cut header", bytes: "0500", says: "0 bytes of 2" },
    { name: "too short", bytes: "03000100", says: "3 bytes of 4" },
    { name: "longer than what is left", bytes: "0c00010001000000", says: "12 bytes of 8" },
    { name: "of the wrong size", bytes: "0600010001000000", says: "should have 4 bytes, it has 2" },
    { name: "nested in a good one", bytes: "0c000280 0900010001000000", says: "9 bytes of 8" },
  ])("$name", ({ bytes, says }) => {
    const source = Buffer.from(bytes.replaceAll(" ", ""), "hex");
    const read = (attribute: AttributeReader): unknown =>
      attribute.type === 2 ? attribute.nested(read) : attribute.u32();
    expect(() => readAttributes(source, 0, read)).toThrow(says);
  });

  test("text without a zero byte, and with more behind it", () => {
    const texts: string[] = [];
    const source = Buffer.from("060003006c6f00000800030061006200", "hex");
    readAttributes(source, 0, (attribute) => texts.push(attribute.string()));
    expect(texts).toEqual(["lo", "a"]);
  });

  test("a message longer than its datagram", () => {
    const body = Buffer.alloc(8);
    const datagram = encodeMessage({ type: 1, flags: 0, sequence: 1, portId: 0, body });
    expect(() => decodeMessages(datagram.subarray(0, 20))).toThrow("24 bytes of 20");
  });
});

type Small = "u8" | "u16" | "u16be" | "u32" | "u32be";
type Big = "u64" | "u64be";
type Value =
  | { readonly kind: Small; readonly value: number }
  | { readonly kind: "u64"; readonly value: bigint }
  | { readonly kind: "u64be"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "nested"; readonly value: readonly Attribute[] };

type Attribute = Value & { readonly type: number };

const integer = (kind: Small, max: number) =>
  fc.record({ type: fc.nat(0x3fff), kind: fc.constant(kind), value: fc.integer({ min: 0, max }) });
const big = (kind: Big) =>
  fc.record({
    type: fc.nat(0x3fff),
    kind: fc.constant(kind),
    value: fc.bigInt(0n, 2n ** 64n - 1n),
  });

const { attributes } = fc.letrec<{ attributes: Attribute[]; attribute: Attribute }>((tie) => ({
  attributes: fc.array(tie("attribute"), { maxLength: 5 }),
  attribute: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    integer("u8", 0xff),
    integer("u16", 0xffff),
    integer("u16be", 0xffff),
    integer("u32", 0xffff_ffff),
    integer("u32be", 0xffff_ffff),
    big("u64"),
    big("u64be"),
    fc.record({
      type: fc.nat(0x3fff),
      kind: fc.constant<"string">("string"),
      value: fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", "")),
    }),
    fc.record({
      type: fc.nat(0x3fff),
      kind: fc.constant<"nested">("nested"),
      value: tie("attributes"),
    }),
  ),
}));

function write(writer: NetlinkWriter, values: readonly Attribute[]): void {
  for (const value of values) {
    const { type } = value;
    if (value.kind === "nested") writer.nested(type, () => write(writer, value.value));
    else if (value.kind === "string") writer.string(type, value.value);
    else if (value.kind === "u64" || value.kind === "u64be") writer[value.kind](type, value.value);
    else writer[value.kind](type, value.value);
  }
}

/** Reads attributes as what they are expected to be. */
function readAs(source: Buffer, expected: readonly Attribute[]): Attribute[] {
  const read = (shape: readonly Attribute[], into: Attribute[]) => {
    let index = 0;
    return (attribute: AttributeReader): void => {
      const kind = shape[index]?.kind;
      const type = attribute.type;
      const here = shape[index];
      index += 1;
      if (here?.kind === "nested") {
        const value: Attribute[] = [];
        attribute.nested(read(here.value, value));
        into.push({ type, kind: "nested", value });
      } else if (kind === "string") into.push({ type, kind, value: attribute.string() });
      else if (kind === "u64" || kind === "u64be")
        into.push({ type, kind, value: attribute[kind]() });
      else if (kind !== undefined && kind !== "nested")
        into.push({ type, kind, value: attribute[kind]() });
    };
  };
  const found: Attribute[] = [];
  readAttributes(source, 0, read(expected, found));
  return found;
}

test("what is written is read again", () => {
  fc.assert(
    fc.property(attributes, (values) => {
      const writer = new NetlinkWriter(Buffer.alloc(16));
      write(writer, values);
      expect(readAs(writer.finish(), values)).toEqual(values);
    }),
  );
});

test("messages in one datagram are taken apart again", () => {
  const message = fc.record({
    type: fc.nat(0xffff),
    flags: fc.nat(0xffff),
    sequence: fc.nat(0xffff_ffff),
    portId: fc.nat(0xffff_ffff),
    body: fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
      expect(decodeMessages(Buffer.concat(messages.map(encodeMessage)))).toEqual(messages);
    }),
  );
});

test("arbitrary bytes are read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const read = (attribute: AttributeReader): void => {
        attribute.string();
        attribute.nested(read);
      };
      try {
        readAttributes(Buffer.from(bytes), 0, read);
        decodeMessages(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(NetlinkFormatError);
      }
    }),
  );
});
