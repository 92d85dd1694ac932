import type { PodObject } from "../../kinds/types.ts";
import type { Reader } from "../../rest/reader.ts";
import { methodNotAllowed, StatusError } from "../../status.ts";
import type { Exchange } from "../exchange.ts";
import type { PartHandler } from "../part-handler.ts";
import type { NamedTarget } from "../route.ts";
import type { Kubelets } from "./kubelets.ts";
import { containerOf } from "./place.ts";

/** Parameters of PodLogOptions (core/v1), which kubelets read under the same names. */
const parameters = [
  "follow",
  "previous",
  "timestamps",
  "sinceSeconds",
  "sinceTime",
  "tailLines",
  "limitBytes",
];

/** Longest text of a refusal that is read. */
const maxRefusalLength = 4096;

/** The log subresource of Pods: what the kubelet has of it, as it comes. */
export class LogHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #kubelets: Kubelets;

  constructor(reader: Reader, kubelets: Kubelets) {
    this.#reader = reader;
    this.#kubelets = kubelets;
  }

  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (exchange.method !== "GET") throw methodNotAllowed(row, exchange.method);
    const pod = this.#reader.get(row, namespace, name).object as PodObject;
    const asked = exchange.url.searchParams;
    const container = containerOf(pod, asked.get("container"));
    const query = new URLSearchParams(
      parameters.flatMap((parameter) => {
        const value = asked.get(parameter);
        return value === null ? [] : [[parameter, value]];
      }),
    );
    // A Pod that is yet to be bound has said nothing.
    if (!pod.spec.nodeName) return emptyLog(exchange);
    const path = `/containerLogs/${namespace}/${name}/${container}?${query}`;
    const answer = await this.#kubelets.get(pod, path, exchange.gone);
    if (answer.statusCode !== 200) throw await refusal(answer);
    exchange.begin(200, "text/plain");
    try {
      for await (const piece of answer) {
        if (!exchange.write(piece)) await exchange.drained();
      }
    } catch (error) {
      if (!exchange.gone.aborted) throw error;
    }
    exchange.end();
  }
}

function emptyLog(exchange: Exchange): void {
  exchange.begin(200, "text/plain");
  exchange.end();
}

async function refusal(
  answer: AsyncIterable<Buffer> & { readonly statusCode?: number | undefined },
): Promise<StatusError> {
  let text = "";
  for await (const piece of answer) {
    text += piece;
    if (text.length > maxRefusalLength) break;
  }
  const code = answer.statusCode ?? 500;
  const reasons: Readonly<Record<number, string>> = { 400: "BadRequest", 404: "NotFound" };
  return new StatusError(code, reasons[code] ?? "InternalError", text.trim());
}
