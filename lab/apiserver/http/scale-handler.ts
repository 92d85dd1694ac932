import type { KubeObject, ResourceRow, ScalePaths } from "../contract.ts";
import { decode } from "../kinds/decode.ts";
import { scaleRow } from "../resources/rows.ts";
import type { Reader } from "../rest/reader.ts";
import { hasScale, scaled, scaleOf } from "../rest/scale.ts";
import type { Writer } from "../rest/writer.ts";
import { badRequest, methodNotAllowed, noSuchResource } from "../status.ts";
import { readObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import type { PartHandler } from "./part-handler.ts";
import { type Change, readPatch } from "./patch.ts";
import type { NamedTarget } from "./route.ts";
import { sendJson } from "./send.ts";
import { writeOptions } from "./write-query.ts";

/** The scale subresource: a workload seen, and written, as its number of replicas. */
export class ScaleHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #writer: Writer;

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader;
    this.#writer = writer;
  }

  /** @throws StatusError */
  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (!hasScale(row)) throw noSuchResource();
    const { method } = exchange;
    if (method === "GET") return send(exchange, this.#reader.get(row, namespace, name).object, row);
    const change = await changeOf(exchange, row);
    const options = writeOptions(exchange);
    const { object } = this.#writer.update(
      row,
      namespace,
      name,
      (present) => scaled(present, wanted(present, change, row.scale), row.scale),
      "object",
      options,
    );
    send(exchange, object, row);
  }
}

async function changeOf(exchange: Exchange, row: ResourceRow): Promise<Change> {
  if (exchange.method === "PATCH") return readPatch(exchange, scaleRow);
  if (exchange.method !== "PUT") throw methodNotAllowed(row, exchange.method);
  const body = await readObject(exchange, scaleRow);
  return () => body;
}

function wanted(present: KubeObject, change: Change, paths: ScalePaths): KubeObject {
  const { object } = decode(change(scaleOf(present, paths)), scaleRow);
  if (object.metadata.name !== present.metadata.name)
    throw badRequest("the name of the scale does not match the name on the URL");
  return object;
}

function send(
  exchange: Exchange,
  object: KubeObject,
  { scale }: { readonly scale: ScalePaths },
): void {
  sendJson(exchange, 200, JSON.stringify(scaleOf(object, scale)));
}
