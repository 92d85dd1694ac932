import { FairleadError } from "#observe/errors.ts";
import type { RelayedAnswer, RelayedCall } from "./contract.ts";

/**
 * The bytes between shim and agent; cni/plugin/shim/shim.c is the other end. A call: magic, count, and as many texts
 * (name, stdin, variables), each after its length. An answer: status, stdout, stderr. Numbers are of 4 bytes in network
 * order, the status of one.
 */
const MAGIC = 0x464c_4331;
const NUMBER_BYTES = 4;

/** How long a call is at least, by what is there of it: whole when that is all. */
export function leastLength(bytes: Buffer): number {
  let at = 2 * NUMBER_BYTES;
  if (bytes.length < at) return at;
  for (let left = bytes.readUInt32BE(NUMBER_BYTES); left > 0; left--) {
    if (at + NUMBER_BYTES > bytes.length) return at + left * NUMBER_BYTES;
    at += NUMBER_BYTES + bytes.readUInt32BE(at);
  }
  return at;
}

/** @throws FairleadError FL-N110 for what is no whole call */
export function decodeCall(bytes: Buffer): RelayedCall {
  if (bytes.length < 2 * NUMBER_BYTES || bytes.readUInt32BE(0) !== MAGIC)
    throw malformed("it begins otherwise");
  const texts: string[] = [];
  let at = 2 * NUMBER_BYTES;
  for (let left = bytes.readUInt32BE(NUMBER_BYTES); left > 0; left--) {
    if (at + NUMBER_BYTES > bytes.length) throw malformed(`it ends after ${texts.length} texts`);
    const end = at + NUMBER_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) throw malformed(`it ends within text ${texts.length}`);
    texts.push(bytes.toString("utf8", at + NUMBER_BYTES, end));
    at = end;
  }
  const [name, stdin, ...variables] = texts;
  if (name === undefined || stdin === undefined) throw malformed("it has no name and stdin");
  const env = Object.fromEntries(
    variables.map((text) => {
      const equals = text.indexOf("=");
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
  return { name, stdin, env };
}

export function encodeCall({ name, stdin, env }: RelayedCall): Buffer {
  const variables = Object.entries(env).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
  const texts = [name, stdin, ...variables];
  return Buffer.concat([number(MAGIC), number(texts.length), ...texts.map(text)]);
}

export function encodeAnswer({ status, stdout, stderr }: RelayedAnswer): Buffer {
  return Buffer.concat([Buffer.of(status), text(stdout), text(stderr)]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function malformed(why: string): FairleadError {
  return new FairleadError("FL-N110", `a call of the CNI plugin cannot be read: ${why}`);
}
