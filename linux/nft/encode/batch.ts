import type { NamedSet, Operation, Statement, Transaction } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { typeOf } from "../fields.ts";
import { typeFacts } from "../types.ts";
import { CHAIN, ELEMENT, ELEMENTS, LIST_ELEM, messages, RULE, SET, TABLE } from "./abi.ts";
import { checkUses } from "./check-uses.ts";
import { layoutOf } from "./element-layout.ts";
import { writeElements } from "./elements.ts";
import { writeValue } from "./expressions.ts";
import { type Batch, BatchFrame, CREATE, CREATE_ANEW, CREATE_LAST, REMOVE } from "./frame.ts";
import { writeChain, writeRule, writeTable } from "./objects.ts";
import { ANONYMOUS_NAME, writeAnonymousSet, writeSetDefinition } from "./sets.ts";
import type { AnonymousSet } from "./statements.ts";

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;
type MatchAny = Extract<Statement, { kind: "matchAny" }>;

/**
 * Encodes a transaction. Elements need their set's definition, which the transaction itself or `known` has.
 * @throws NftValueError for what no rule set can hold, and for elements of a set that nobody knows
 */
export function encodeBatch(
  { table, operations }: Transaction,
  known: (set: string) => NamedSet | undefined,
): Batch {
  const encoder = new BatchEncoder(table, known, operations.length);
  for (const operation of operations) encoder.add(operation);
  return encoder.finish();
}

/** The memory grows with what is written. */
const MOST_BYTES_AT_FIRST = 64 * 1024;

class BatchEncoder {
  readonly #table: Transaction["table"];
  readonly #known: (set: string) => NamedSet | undefined;
  readonly #frame: BatchFrame;
  readonly #defined = new Map<string, NamedSet>();
  #lastSetId = 0;

  constructor(
    table: Transaction["table"],
    known: (set: string) => NamedSet | undefined,
    operationCount: number,
  ) {
    this.#table = table;
    this.#known = known;
    this.#frame = new BatchFrame(
      table.family,
      Math.min((operationCount + 1) * 1024, MOST_BYTES_AT_FIRST),
    );
  }

  add(operation: Operation): BatchFrame {
    this.#frame.nextOperation();
    const { name: table } = this.#table;
    switch (operation.kind) {
      case "addTable":
        return this.#frame.message(messages.newTable, CREATE, (writer) =>
          writeTable(writer, table, operation.comment),
        );
      case "deleteTable":
        return this.#frame.message(messages.deleteTable, REMOVE, (writer) =>
          writer.string(TABLE.name, table),
        );
      case "addChain":
        return this.#frame.message(
          messages.newChain,
          operation.exclusive === true ? CREATE_ANEW : CREATE,
          (writer) => writeChain(writer, table, operation.chain),
        );
      case "flushChain":
        return this.#frame.message(messages.deleteRule, REMOVE, (writer) =>
          writer.string(RULE.table, table).string(RULE.chain, operation.chain),
        );
      case "deleteChain":
        return this.#frame.message(messages.deleteChain, REMOVE, (writer) =>
          writer.string(CHAIN.table, table).string(CHAIN.name, operation.chain),
        );
      case "addRule":
        return this.#addRule(operation);
      case "deleteRule":
        return this.#frame.message(messages.deleteRule, REMOVE, (writer) =>
          writer
            .string(RULE.table, table)
            .string(RULE.chain, operation.chain)
            .u64be(RULE.handle, BigInt(operation.handle)),
        );
      case "addSet":
        this.#defined.set(operation.set.name, operation.set);
        return this.#frame.message(messages.newSet, CREATE, (writer) =>
          writeSetDefinition(writer, table, operation.set, this.#nextSetId()),
        );
      case "deleteSet":
        return this.#frame.message(messages.deleteSet, REMOVE, (writer) =>
          writer.string(SET.table, table).string(SET.name, operation.set),
        );
      case "flushSet":
        return this.#frame.message(messages.deleteElements, REMOVE, (writer) =>
          writer.string(ELEMENTS.table, table).string(ELEMENTS.set, operation.set),
        );
      case "addElements":
      case "deleteElements":
        return this.#changeElements(operation);
    }
  }

  finish(): Batch {
    return this.#frame.finish();
  }

  #nextSetId(): number {
    this.#lastSetId += 1;
    return this.#lastSetId;
  }

  #addRule({ chain, rule }: Of<"addRule">): BatchFrame {
    const { family, name: table } = this.#table;
    checkUses(chain, rule, (set) => this.#defined.get(set) ?? this.#known(set));
    const sets = new Map<MatchAny, AnonymousSet>();
    for (const statement of rule.statements)
      if (statement.kind === "matchAny") sets.set(statement, this.#addAnonymous(statement));
    const anonymous = (statement: MatchAny): AnonymousSet => {
      const set = sets.get(statement);
      if (set === undefined) throw new NftValueError("an anonymous set of another rule");
      return set;
    };
    return this.#frame.message(messages.newRule, CREATE_LAST, (writer) =>
      writeRule(writer, { table, chain }, rule, { family, anonymous }),
    );
  }

  #addAnonymous({ left, values }: MatchAny): AnonymousSet {
    const type = typeOf(left);
    if (type === undefined) throw new NftValueError("what a map gives cannot be compared");
    const facts = typeFacts[type];
    const { name: table } = this.#table;
    const id = this.#nextSetId();
    this.#frame.message(messages.newSet, CREATE_ANEW, (writer) =>
      writeAnonymousSet(writer, table, facts, values.length, id),
    );
    this.#frame.message(messages.newElements, CREATE_ANEW, (writer) => {
      writer
        .string(ELEMENTS.table, table)
        .string(ELEMENTS.set, ANONYMOUS_NAME)
        .u32be(ELEMENTS.setId, id);
      writer.nested(ELEMENTS.list, (list) => {
        for (const value of values)
          list.nested(LIST_ELEM, (element) =>
            writeValue(element, ELEMENT.key, value.subarray(0, facts.lengthBytes)),
          );
      });
    });
    return { name: ANONYMOUS_NAME, id };
  }

  /** As many messages as it takes: a list of elements has a bound. */
  #changeElements({ kind, set, elements }: Of<"addElements" | "deleteElements">): BatchFrame {
    const definition = this.#defined.get(set) ?? this.#known(set);
    if (definition === undefined)
      throw new NftValueError(`elements of the set ${set}, which is not there`);
    const deleting = kind === "deleteElements";
    const target = { table: this.#table.name, set, layout: layoutOf(definition) };
    const type = deleting ? messages.deleteElements : messages.newElements;
    let from = 0;
    while (from < elements.length) {
      this.#frame.message(
        type,
        deleting ? REMOVE : CREATE_ANEW,
        (writer) => {
          from = writeElements(writer, target, elements, from, deleting);
        },
        from,
      );
    }
    return this.#frame;
  }
}
