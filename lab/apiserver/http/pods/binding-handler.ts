import type { Sources } from "../../contract.ts";
import { boundTo } from "../../controllers/scheduling/bound.ts";
import { decode } from "../../kinds/decode.ts";
import type { PodObject } from "../../kinds/types.ts";
import { bindingRow } from "../../resources/rows.ts";
import type { Reader } from "../../rest/reader.ts";
import type { Writer } from "../../rest/writer.ts";
import { badRequest, conflict, methodNotAllowed } from "../../status.ts";
import { readObject } from "../body.ts";
import type { Exchange } from "../exchange.ts";
import type { PartHandler } from "../part-handler.ts";
import type { NamedTarget } from "../route.ts";
import { sendSuccess } from "../send.ts";
import { writeOptions } from "../write-query.ts";

/** The binding subresource of Pods, by which schedulers say where a Pod goes. */
export class BindingHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #now: Sources["now"];

  constructor(reader: Reader, writer: Writer, now: Sources["now"]) {
    this.#reader = reader;
    this.#writer = writer;
    this.#now = now;
  }

  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (exchange.method !== "POST") throw methodNotAllowed(row, exchange.method);
    const { object } = decode(await readObject(exchange, bindingRow), bindingRow);
    const { target } = object as { readonly target?: { readonly kind?: string; name?: string } };
    if (!target?.name || (target.kind ?? "Node") !== "Node")
      throw badRequest("a Binding's target is a Node with a name");
    const pod = this.#reader.get(row, namespace, name).object as PodObject;
    const { nodeName } = pod.spec;
    if (nodeName) {
      const why = `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`;
      throw conflict(row, name, why);
    }
    const node = target.name;
    const bind = () => boundTo(pod, node, this.#now());
    this.#writer.update(row, namespace, name, bind, "whole", writeOptions(exchange));
    sendSuccess(exchange);
  }
}
