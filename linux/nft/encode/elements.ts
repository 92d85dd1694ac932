import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Element } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { ELEMENT, ELEMENTS, USERDATA } from "./abi.ts";
import { type ElementLayout, keyAfter } from "./element-layout.ts";
import { ElementList } from "./element-list.ts";
import { encodeNotes, textNote } from "./userdata.ts";

export interface ElementTarget {
  readonly table: string;
  readonly set: string;
  readonly layout: ElementLayout;
}

/** Encoding never waits, so that all can work in the same memory. */
const list = new ElementList();

/**
 * As many elements, from the given one on, as one message holds; gives the index of the first that was left out.
 * Deleting says keys alone.
 */
export function writeElements(
  writer: NetlinkWriter,
  { table, set, layout }: ElementTarget,
  elements: readonly Element[],
  from: number,
  deleting: boolean,
): number {
  list.clear();
  let index = from;
  for (; index < elements.length && !list.isFull; index += 1) {
    const element = elements[index];
    if (element === undefined) continue;
    const fault = faultOf(layout, element, deleting);
    if (fault !== undefined)
      throw new NftValueError(
        `element ${Buffer.from(element.key).toString("hex")} of ${set}: ${fault}`,
      );
    writeElement(list, layout, element, deleting);
  }
  writer.string(ELEMENTS.table, table).string(ELEMENTS.set, set);
  writer.nested(ELEMENTS.list, (nest) => nest.raw(list.content()));
  return index;
}

function writeElement(
  list: ElementList,
  layout: ElementLayout,
  element: Element,
  deleting: boolean,
): void {
  const { key, keyEnd, data } = element;
  const { keyBytes, ends } = layout;
  const start = list.open();
  list.value(ELEMENT.key, key, keyBytes);
  if (ends === "same") list.value(ELEMENT.keyEnd, keyEnd ?? key, keyBytes);
  if (!deleting) {
    if (data instanceof Uint8Array) list.value(ELEMENT.data, data, Number(layout.data));
    else if (data !== undefined) list.verdict(data);
    writeRest(list, element);
  }
  list.close(start);
  if (ends === "second") writeEnd(list, keyEnd ?? key, keyBytes);
}

function writeRest(list: ElementList, { timeoutMs, comment }: Element): void {
  if (timeoutMs !== undefined) list.duration(ELEMENT.timeout, timeoutMs);
  if (comment !== undefined)
    list.attribute(ELEMENT.userdata, encodeNotes([textNote(USERDATA.comment, comment)]));
}

/** A range that reaches the last key has no end. */
function writeEnd(list: ElementList, last: Uint8Array, keyBytes: number): void {
  const after = keyAfter(last.subarray(0, keyBytes));
  if (after === undefined) return;
  const start = list.open();
  list.intervalEnd();
  list.value(ELEMENT.key, after, keyBytes);
  list.close(start);
}

function faultOf(layout: ElementLayout, element: Element, deleting: boolean): string | undefined {
  const { key, keyEnd, data } = element;
  if (key.length !== layout.paddedKeyBytes)
    return `its key has ${key.length} bytes, where the set's have ${layout.paddedKeyBytes}`;
  if (keyEnd !== undefined && layout.ends === "none") return "the set holds no ranges";
  if (keyEnd !== undefined && keyEnd.length !== key.length) return "its ends differ in length";
  if (deleting) return undefined;
  const given = data === undefined ? "none" : data instanceof Uint8Array ? "bytes" : "verdict";
  const due = typeof layout.data === "number" ? "bytes" : layout.data;
  if (given !== due) return `it has data ${given}, where the set's have ${due}`;
  if (data instanceof Uint8Array && data.length < Number(layout.data))
    return `its data have ${data.length} bytes, where the set's have ${layout.data}`;
  return undefined;
}
