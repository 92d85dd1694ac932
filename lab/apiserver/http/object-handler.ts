import type { Applier } from "../rest/applier.ts";
import type { Operations } from "../rest/operations.ts";
import type { Part } from "../rest/parts.ts";
import type { Reader } from "../rest/reader.ts";
import type { Remover } from "../rest/remover.ts";
import type { Writer } from "../rest/writer.ts";
import { badRequest, methodNotAllowed } from "../status.ts";
import { mediaType, readObject, readYamlObject } from "./body.ts";
import { deletionIn } from "./delete-options.ts";
import type { Exchange } from "./exchange.ts";
import { applyMediaTypes, type Change, readPatch } from "./patch.ts";
import type { Present } from "./presentation/choose.ts";
import type { Presentation } from "./presentation/contract.ts";
import { flag } from "./query.ts";
import type { NamedTarget } from "./route.ts";
import { sendJson } from "./send.ts";
import type { VerbOfOne } from "./verbs.ts";
import { writeOptions } from "./write-query.ts";

/** Get, update, patch, apply and delete. */
export class ObjectHandler {
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #applier: Applier;
  readonly #remover: Remover;
  readonly #present: Present;

  constructor({ reader, writer, applier, remover }: Operations, present: Present) {
    this.#reader = reader;
    this.#writer = writer;
    this.#applier = applier;
    this.#remover = remover;
    this.#present = present;
  }

  async handle(exchange: Exchange, target: NamedTarget, verb: VerbOfOne): Promise<void> {
    const { row, namespace, name } = target;
    const part: Part = target.subresource === "status" ? "status" : "object";
    const presentation = this.#present(exchange, row);
    if (verb === "get")
      return sendJson(exchange, 200, presentation.one(this.#reader.get(row, namespace, name)));
    if (verb === "delete") {
      if (part !== "object") throw methodNotAllowed(row, exchange.method);
      return this.#delete(exchange, target, presentation);
    }
    if (verb === "patch" && applyMediaTypes.includes(mediaType(exchange)))
      return this.#apply(exchange, target, part, presentation);
    const change =
      verb === "patch"
        ? await readPatch(exchange, row)
        : replacement(await readObject(exchange, row));
    const options = writeOptions(exchange);
    const stored = this.#writer.update(row, namespace, name, change, part, options);
    sendJson(exchange, 200, presentation.one(stored));
  }

  async #apply(
    exchange: Exchange,
    { row, namespace, name }: NamedTarget,
    part: Part,
    presentation: Presentation,
  ): Promise<void> {
    const { searchParams } = exchange.url;
    if (!searchParams.get("fieldManager"))
      throw badRequest("fieldManager is required for apply patch");
    const configuration = await readYamlObject(exchange);
    const options = { ...writeOptions(exchange), force: flag(searchParams, "force") };
    const applied = this.#applier.apply(row, namespace, name, configuration, part, options);
    sendJson(exchange, applied.isNew ? 201 : 200, presentation.one(applied.stored));
  }

  async #delete(
    exchange: Exchange,
    { row, namespace, name }: NamedTarget,
    presentation: Presentation,
  ): Promise<void> {
    const stored = this.#remover.delete(row, namespace, name, await deletionIn(exchange));
    sendJson(exchange, 200, presentation.one(stored));
  }
}

function replacement(body: unknown): Change {
  return () => body;
}
