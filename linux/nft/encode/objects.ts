import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Chain, Rule } from "../contract.ts";
import { CHAIN, HOOK, hooks, RULE, TABLE, USERDATA } from "./abi.ts";
import { type RuleScope, writeStatement } from "./statements.ts";
import { encodeNotes, textNote } from "./userdata.ts";

const policies = { drop: 0, accept: 1 } as const;

/** Attributes of a table. */
export function writeTable(writer: NetlinkWriter, name: string, comment: string | undefined): void {
  writer.string(TABLE.name, name);
  writeComment(writer, TABLE.userdata, comment);
}

/** Attributes of a chain. */
export function writeChain(writer: NetlinkWriter, table: string, chain: Chain): void {
  const { name, hook, comment } = chain;
  writer.string(CHAIN.table, table).string(CHAIN.name, name);
  if (hook !== undefined) {
    writer.string(CHAIN.type, hook.type).u32be(CHAIN.policy, policies[hook.policy]);
    const nest = writer.open(CHAIN.hook);
    // A signed number, whose bits the unsigned writer takes.
    writer.u32be(HOOK.number, hooks[hook.hook]).u32be(HOOK.priority, hook.priority >>> 0);
    writer.close(nest);
  }
  writeComment(writer, CHAIN.userdata, comment);
}

/** Attributes of a rule at the end of a chain. */
export function writeRule(
  writer: NetlinkWriter,
  place: { readonly table: string; readonly chain: string },
  rule: Rule,
  scope: RuleScope,
): void {
  writer.string(RULE.table, place.table).string(RULE.chain, place.chain);
  const expressions = writer.open(RULE.expressions);
  for (const statement of rule.statements) writeStatement(writer, statement, scope);
  writer.close(expressions);
  writeComment(writer, RULE.userdata, rule.comment);
}

function writeComment(writer: NetlinkWriter, attribute: number, comment: string | undefined): void {
  if (comment === undefined) return;
  writer.bytes(attribute, encodeNotes([textNote(USERDATA.comment, comment)]));
}
