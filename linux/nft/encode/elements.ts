import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Element } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { ELEMENT, ELEMENT_INTERVAL_END, ELEMENTS, LIST_ELEM, USERDATA } from "./abi.ts";
import { type ElementLayout, keyAfter } from "./element-layout.ts";
import { writeValue, writeVerdict } from "./expressions.ts";
import { encodeNotes, textNote } from "./userdata.ts";

/** A list is one attribute, whose length has 16 bits. */
const LIST_BYTES = 0xffff;
/** More than any single element takes: keys, data, a verdict's chain and a comment at their longest. */
const ELEMENT_BYTES = 1024;

/**
 * As many elements, from the given one on, as one message holds; gives the index of the first that was left out.
 * Deleting says keys alone. Runs for each of tens of thousands of elements.
 */
export function writeElements(
  writer: NetlinkWriter,
  target: { readonly table: string; readonly set: string; readonly layout: ElementLayout },
  elements: readonly Element[],
  from: number,
  deleting: boolean,
): number {
  writer.string(ELEMENTS.table, target.table).string(ELEMENTS.set, target.set);
  const list = writer.open(ELEMENTS.list);
  const end = writer.lengthBytes + LIST_BYTES - ELEMENT_BYTES;
  let index = from;
  for (; index < elements.length && writer.lengthBytes < end; index += 1) {
    const element = elements[index];
    if (element !== undefined) writeElement(writer, target, element, deleting);
  }
  writer.close(list);
  return index;
}

function writeElement(
  writer: NetlinkWriter,
  target: { readonly set: string; readonly layout: ElementLayout },
  element: Element,
  deleting: boolean,
): void {
  const { layout } = target;
  check(target.set, layout, element, deleting);
  const { key, keyEnd, data, timeoutMs, comment } = element;
  const nest = writer.open(LIST_ELEM);
  writeValue(writer, ELEMENT.key, cut(key, layout.keyBytes));
  if (layout.ends === "same")
    writeValue(writer, ELEMENT.keyEnd, cut(keyEnd ?? key, layout.keyBytes));
  if (!deleting) {
    if (data !== undefined) writeData(writer, layout, data);
    if (timeoutMs !== undefined) writer.u64be(ELEMENT.timeout, BigInt(timeoutMs));
    if (comment !== undefined)
      writer.bytes(ELEMENT.userdata, encodeNotes([textNote(USERDATA.comment, comment)]));
  }
  writer.close(nest);
  if (layout.ends === "second") writeEnd(writer, cut(keyEnd ?? key, layout.keyBytes));
}

function writeData(
  writer: NetlinkWriter,
  layout: ElementLayout,
  data: NonNullable<Element["data"]>,
): void {
  if (!(data instanceof Uint8Array)) writeVerdict(writer, ELEMENT.data, data);
  else writeValue(writer, ELEMENT.data, cut(data, Number(layout.data)));
}

/** A range that reaches the last key has no end. */
function writeEnd(writer: NetlinkWriter, last: Uint8Array): void {
  const after = keyAfter(last);
  if (after === undefined) return;
  const nest = writer.open(LIST_ELEM);
  writer.u32be(ELEMENT.flags, ELEMENT_INTERVAL_END);
  writeValue(writer, ELEMENT.key, after);
  writer.close(nest);
}

function cut(bytes: Uint8Array, lengthBytes: number): Uint8Array {
  return bytes.length === lengthBytes ? bytes : bytes.subarray(0, lengthBytes);
}

function check(set: string, layout: ElementLayout, element: Element, deleting: boolean): void {
  const { key, keyEnd, data } = element;
  const fail = (fault: string): never => {
    throw new NftValueError(`element ${Buffer.from(key).toString("hex")} of ${set}: ${fault}`);
  };
  if (key.length !== layout.paddedKeyBytes)
    fail(`its key has ${key.length} bytes, where the set's have ${layout.paddedKeyBytes}`);
  if (keyEnd !== undefined && (layout.ends === "none" || keyEnd.length !== key.length))
    fail(layout.ends === "none" ? "the set holds no ranges" : "its ends differ in length");
  if (deleting) return;
  const given = data === undefined ? "none" : data instanceof Uint8Array ? "bytes" : "verdict";
  const due = typeof layout.data === "number" ? "bytes" : layout.data;
  if (given !== due) fail(`it has data ${given}, where the set's have ${due}`);
  if (data instanceof Uint8Array && data.length < Number(layout.data))
    fail(`its data have ${data.length} bytes, where the set's have ${layout.data}`);
}
