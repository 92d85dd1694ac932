import { ATTRIBUTE_HEADER_BYTES, aligned, NLA_TYPE_MASK } from "#linux/netlink/abi.ts";
import type { ReadElement, Verdict } from "../contract.ts";
import {
  COUNTER,
  DATA,
  ELEMENT,
  ELEMENT_INTERVAL_END,
  ELEMENTS,
  EXPRESSION,
  LIST_ELEM,
  USERDATA,
  VERDICT,
  verdictCodes,
} from "../encode/abi.ts";
import type { ElementLayout } from "../encode/element-layout.ts";
import { readTextNote } from "../encode/userdata.ts";

/** An element as the kernel lists it: `isEnd` closes the range that starts below it. */
export interface RawElement extends ReadElement {
  readonly isEnd: boolean;
}

type Fields = {
  -readonly [Name in keyof RawElement]?: RawElement[Name] | undefined;
};

/**
 * Calls `visit` for each element of one message of a dump. Runs for hundreds of thousands of elements: it walks over
 * the bytes where they lie, and makes views of keys and data alone.
 */
export function readElementList(
  body: Buffer,
  layout: ElementLayout,
  visit: (element: RawElement) => void,
): void {
  for (let at = 0; at < body.length; at = next(body, at)) {
    if (typeAt(body, at) !== ELEMENTS.list) continue;
    const end = at + body.readUInt16LE(at);
    for (let element = at + ATTRIBUTE_HEADER_BYTES; element < end; element = next(body, element))
      if (typeAt(body, element) === LIST_ELEM) visit(readElement(body, element, layout));
  }
}

function readElement(body: Buffer, start: number, layout: ElementLayout): RawElement {
  const end = start + body.readUInt16LE(start);
  const fields: Fields = {};
  let flags = 0;
  for (let at = start + ATTRIBUTE_HEADER_BYTES; at < end; at = next(body, at)) {
    const value = at + ATTRIBUTE_HEADER_BYTES;
    switch (typeAt(body, at)) {
      case ELEMENT.key:
        fields.key = padded(valueIn(body, at), layout.paddedKeyBytes);
        break;
      case ELEMENT.keyEnd:
        fields.keyEnd = padded(valueIn(body, at), layout.paddedKeyBytes);
        break;
      case ELEMENT.data:
        fields.data = dataIn(body, at);
        break;
      case ELEMENT.flags:
        flags = body.readUInt32BE(value);
        break;
      case ELEMENT.timeout:
        fields.timeoutMs = Number(body.readBigUInt64BE(value));
        break;
      case ELEMENT.expiration:
        fields.expiresMs = Number(body.readBigUInt64BE(value));
        break;
      case ELEMENT.expression:
        fields.packets = packetsIn(body, at);
        break;
      case ELEMENT.userdata:
        fields.comment = readTextNote(
          body.subarray(value, at + body.readUInt16LE(at)),
          USERDATA.comment,
        );
    }
  }
  // Each message of the kernel has a key; the compiler cannot know.
  return { ...fields, isEnd: (flags & ELEMENT_INTERVAL_END) !== 0 } as RawElement;
}

function typeAt(body: Buffer, at: number): number {
  return body.readUInt16LE(at + 2) & NLA_TYPE_MASK;
}

function next(body: Buffer, at: number): number {
  return at + Math.max(aligned(body.readUInt16LE(at)), ATTRIBUTE_HEADER_BYTES);
}

/** The bytes of the NFTA_DATA_VALUE in an attribute. */
function valueIn(body: Buffer, at: number): Uint8Array {
  const inner = at + ATTRIBUTE_HEADER_BYTES;
  return body.subarray(inner + ATTRIBUTE_HEADER_BYTES, inner + body.readUInt16LE(inner));
}

function dataIn(body: Buffer, at: number): Uint8Array | Verdict {
  const inner = at + ATTRIBUTE_HEADER_BYTES;
  const type = typeAt(body, inner);
  const value = type === DATA.verdict ? undefined : valueIn(body, at);
  if (value !== undefined) return padded(value, aligned(value.length));
  return verdictIn(body, inner);
}

const verdictKinds = new Map<number, Verdict["kind"]>(
  Object.entries(verdictCodes).map(([kind, code]) => [code, kind as Verdict["kind"]]),
);

function verdictIn(body: Buffer, at: number): Verdict {
  const end = at + body.readUInt16LE(at);
  let kind: Verdict["kind"] = "continue";
  let chain = "";
  for (let inner = at + ATTRIBUTE_HEADER_BYTES; inner < end; inner = next(body, inner)) {
    const value = inner + ATTRIBUTE_HEADER_BYTES;
    if (typeAt(body, inner) === VERDICT.code)
      kind = verdictKinds.get(body.readUInt32BE(value)) ?? "continue";
    else if (typeAt(body, inner) === VERDICT.chain)
      chain = body.toString("latin1", value, inner + body.readUInt16LE(inner) - 1);
  }
  return kind === "jump" || kind === "goto" ? { kind, chain } : { kind };
}

/** Hits of the counter in an element's expression; undefined where it is another expression. */
function packetsIn(body: Buffer, at: number): bigint | undefined {
  const end = at + body.readUInt16LE(at);
  for (let inner = at + ATTRIBUTE_HEADER_BYTES; inner < end; inner = next(body, inner)) {
    if (typeAt(body, inner) !== EXPRESSION.data) continue;
    const dataEnd = inner + body.readUInt16LE(inner);
    for (let field = inner + ATTRIBUTE_HEADER_BYTES; field < dataEnd; field = next(body, field))
      if (typeAt(body, field) === COUNTER.packets)
        return body.readBigUInt64BE(field + ATTRIBUTE_HEADER_BYTES);
  }
  return undefined;
}

function padded(bytes: Uint8Array, lengthBytes: number): Uint8Array {
  if (bytes.length === lengthBytes) return bytes;
  const whole = new Uint8Array(lengthBytes);
  whole.set(bytes);
  return whole;
}
