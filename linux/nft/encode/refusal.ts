import {
  ATTRIBUTE_HEADER_BYTES,
  aligned,
  HEADER_BYTES,
  NLA_TYPE_MASK,
} from "#linux/netlink/abi.ts";
import type { Acknowledgement } from "#linux/netlink/contract.ts";
import { errnoName } from "../../errors.ts";
import type { Refusal } from "../contract.ts";
import { ELEMENT, ELEMENT_INTERVAL_END, ELEMENTS, messages, NFGENMSG_BYTES } from "./abi.ts";
import type { Batch } from "./frame.ts";

const TYPE_OFFSET = 4;

/** What the kernel's first complaint means in terms of the transaction; undefined where it has none. */
export function refusalOf(
  batch: Batch,
  acknowledgements: readonly Acknowledgement[],
): Refusal | undefined {
  const complaint = acknowledgements.find(({ errno }) => errno !== 0);
  if (complaint === undefined) return undefined;
  const origin = batch.origins[complaint.sequence];
  const element =
    origin?.operation === undefined || complaint.offset === undefined
      ? undefined
      : elementAt(batch.bytes, origin.start, complaint.offset);
  return {
    operation: origin?.operation,
    element: element === undefined ? undefined : element + (origin?.firstElement ?? 0),
    errnoName: errnoName(complaint.errno),
    message: complaint.message,
  };
}

/** Which element of the message lies at the offset; undefined where the message has none there. */
function elementAt(bytes: Buffer, start: number, offset: number): number | undefined {
  const type = bytes.readUInt16LE(start + TYPE_OFFSET);
  if (type !== messages.newElements && type !== messages.deleteElements) return undefined;
  const target = start + offset;
  const list = [...attributesIn(bytes, start + HEADER_BYTES + NFGENMSG_BYTES, endOf(bytes, start))]
    .filter(({ type }) => type === ELEMENTS.list)
    .at(0);
  if (list === undefined || target < list.value || target >= list.end) return undefined;
  let element = -1;
  for (const { start: at, value, end } of attributesIn(bytes, list.value, list.end)) {
    if (at > target) break;
    if (!isEnd(bytes, value, end)) element += 1;
  }
  return element < 0 ? undefined : element;
}

/** The end of a range is an element to the kernel, but not to the caller. */
function isEnd(bytes: Buffer, start: number, end: number): boolean {
  for (const { type, value } of attributesIn(bytes, start, end))
    if (type === ELEMENT.flags) return bytes.readUInt32BE(value) === ELEMENT_INTERVAL_END;
  return false;
}

function endOf(bytes: Buffer, start: number): number {
  return start + bytes.readUInt32LE(start);
}

function* attributesIn(
  bytes: Buffer,
  start: number,
  end: number,
): Generator<{ type: number; start: number; value: number; end: number }> {
  for (let at = start; at + ATTRIBUTE_HEADER_BYTES <= end; ) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER_BYTES) return;
    yield {
      type: bytes.readUInt16LE(at + 2) & NLA_TYPE_MASK,
      start: at,
      value: at + ATTRIBUTE_HEADER_BYTES,
      end: at + length,
    };
    at += aligned(length);
  }
}
