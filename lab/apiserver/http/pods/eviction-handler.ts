import { decode } from "../../kinds/decode.ts";
import type { PodObject } from "../../kinds/types.ts";
import { evictionRow } from "../../resources/rows.ts";
import type { ResourceTable } from "../../resources/table.ts";
import type { Reader } from "../../rest/reader.ts";
import type { Remover } from "../../rest/remover.ts";
import { methodNotAllowed } from "../../status.ts";
import { readObject } from "../body.ts";
import { type DeleteOptions, deletionFrom } from "../delete-options.ts";
import type { Exchange } from "../exchange.ts";
import type { PartHandler } from "../part-handler.ts";
import type { NamedTarget } from "../route.ts";
import { sendSuccess } from "../send.ts";
import { checkBudgets } from "./budgets.ts";

/** The eviction subresource of Pods: a delete that disruption budgets have a say in, as `kubectl drain` uses it. */
export class EvictionHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #remover: Remover;
  readonly #table: ResourceTable;

  constructor(reader: Reader, remover: Remover, table: ResourceTable) {
    this.#reader = reader;
    this.#remover = remover;
    this.#table = table;
  }

  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (exchange.method !== "POST") throw methodNotAllowed(row, exchange.method);
    const { object } = decode(await readObject(exchange, evictionRow), evictionRow);
    const { deleteOptions = {} } = object as { readonly deleteOptions?: DeleteOptions };
    const pod = this.#reader.get(row, namespace, name).object as PodObject;
    const budgets = this.#table.byKind("policy/v1", "PodDisruptionBudget");
    const inNamespace =
      budgets === undefined ? [] : this.#reader.list(budgets, namespace, {}).items;
    const pods = this.#reader.list(row, namespace, {}).items;
    checkBudgets(
      pod,
      inNamespace.map((stored) => stored.object),
      pods.map((stored) => stored.object as PodObject),
    );
    this.#remover.delete(row, namespace, name, deletionFrom(deleteOptions, exchange.url));
    sendSuccess(exchange);
  }
}
