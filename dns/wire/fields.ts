/** The kinds of RDATA fields: each knows its wire form (RFC 1035 §3.3) and its zone-file text (§5.1). */
import { readIPv4, readIPv6, writeIPv4, writeIPv6 } from "./address.ts";
import { nameFromWire, nameToWire } from "./name.ts";
import type { WireReader } from "./reader.ts";
import { formatText, parseText } from "./text.ts";
import { WireError } from "./wire-error.ts";
import type { WireWriter } from "./writer.ts";

export interface Field<T> {
  /** Reads a value; endOffset is where the record's RDATA ends. */
  read(reader: WireReader, endOffset: number): T;
  /** Throws WireError for values that have no wire form. */
  write(writer: WireWriter, value: T): void;
  format(value: T): string;
  /** Takes its words from the front of the list. Throws WireError when they are none of its kind. */
  parse(words: string[]): T;
}

function number(bits: 16 | 32): Field<number> {
  return {
    read: bits === 16 ? (reader) => reader.u16() : (reader) => reader.u32(),
    write:
      bits === 16 ? (writer, value) => writer.u16(value) : (writer, value) => writer.u32(value),
    format: String,
    parse(words) {
      const word = nextWord(words, "a number");
      const value = Number(word);
      if (!/^\d+$/.test(word) || value >= 2 ** bits) {
        throw new WireError(`"${word}" is no number from 0 to ${2 ** bits - 1}`);
      }
      return value;
    },
  };
}

function name(compress: boolean): Field<string> {
  return {
    read: (reader) => reader.name(),
    write: (writer, value) => writer.name(value, compress),
    format: (value) => value,
    parse: (words) => nameFromWire(nameToWire(nextWord(words, "a name"))),
  };
}

function address(
  kind: string,
  sizeBytes: number,
  fromWire: (bytes: Uint8Array, offset: number) => string,
  toWire: (text: string, bytes: Uint8Array, offset: number) => boolean,
): Field<string> {
  return {
    read: (reader) => fromWire(reader.bytes, reader.take(sizeBytes)),
    write(writer, value) {
      if (!toWire(value, writer.bytes, writer.offset)) {
        throw new WireError(`"${value}" is no ${kind} address`);
      }
      writer.offset += sizeBytes;
    },
    format: (value) => value,
    parse(words) {
      const word = nextWord(words, `an ${kind} address`);
      const bytes = new Uint8Array(sizeBytes);
      if (!toWire(word, bytes, 0)) throw new WireError(`"${word}" is no ${kind} address`);
      return fromWire(bytes, 0);
    },
  };
}

function characterStrings(count?: number): Field<readonly string[]> {
  const check = (texts: readonly string[]): readonly string[] => {
    const ok = count === undefined ? texts.length > 0 : texts.length === count;
    if (!ok) throw new WireError(`${texts.length} strings where ${count ?? "one or more"} belong`);
    return texts;
  };
  return {
    read(reader, endOffset) {
      const texts: string[] = [];
      while (reader.offset < endOffset) texts.push(reader.latin1(reader.u8()));
      return check(texts);
    },
    write(writer, texts) {
      for (const text of check(texts)) {
        if (text.length > 255) throw new WireError("a character string is over 255 bytes");
        writer.u8(text.length);
        for (let i = 0; i < text.length; i++) writer.u8(text.charCodeAt(i));
      }
    },
    format: (texts) => texts.map(formatText).join(" "),
    parse: (words) => check(words.splice(0).map(parseText)),
  };
}

function nextWord(words: string[], what: string): string {
  const word = words.shift();
  if (word === undefined) throw new WireError(`${what} is missing`);
  return word;
}

export const u16 = number(16);
export const u32 = number(32);
/** Names of the types of RFC 1035, which every reader expands. */
export const compressedName = name(true);
/** Names of later types, which readers may not know and so must find in full (RFC 3597 §4). */
export const plainName = name(false);
export const ipv4 = address("IPv4", 4, readIPv4, writeIPv4);
export const ipv6 = address("IPv6", 16, readIPv6, writeIPv6);
export const texts = characterStrings();
export const twoTexts = characterStrings(2);
