import { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { TableFamily, TableId } from "../contract.ts";
import { ELEMENTS, families, messages, RULE, SET } from "./abi.ts";
import type { ElementLayout } from "./element-layout.ts";
import { writeElements } from "./elements.ts";

/** A dump that is asked for: the message's type and what follows its header. */
export interface ReadRequest {
  readonly type: number;
  readonly body: Uint8Array;
}

export function readTables(family: TableFamily): ReadRequest {
  return request(messages.getTable, family);
}

/** Chains of all tables of the family: the kernel knows no narrower question. */
export function readChains(family: TableFamily): ReadRequest {
  return request(messages.getChain, family);
}

export function readRules({ family, name }: TableId, chain: string): ReadRequest {
  return request(messages.getRule, family, (writer) =>
    writer.string(RULE.table, name).string(RULE.chain, chain),
  );
}

export function readSets({ family, name }: TableId): ReadRequest {
  return request(messages.getSet, family, (writer) => writer.string(SET.table, name));
}

export function readElements({ family, name }: TableId, set: string): ReadRequest {
  return request(messages.getElements, family, (writer) =>
    writer.string(ELEMENTS.table, name).string(ELEMENTS.set, set),
  );
}

/** Not a dump: one message answers it, or the refusal that there is none (ENOENT). */
export function readElement(
  { family, name }: TableId,
  set: string,
  layout: ElementLayout,
  key: Uint8Array,
): ReadRequest {
  const target = { table: name, set, layout };
  return request(messages.getElements, family, (writer) =>
    writeElements(writer, target, [{ key }], 0, true),
  );
}

/** Not a dump: one message answers it. */
export function readGeneration(): ReadRequest {
  return request(messages.getGeneration, "inet");
}

function request(
  type: number,
  family: TableFamily,
  write?: (writer: NetlinkWriter) => unknown,
): ReadRequest {
  const writer = new NetlinkWriter().raw(Uint8Array.of(families[family], 0, 0, 0));
  write?.(writer);
  return { type, body: writer.finish() };
}
