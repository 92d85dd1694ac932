import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import type { ClusterOptions } from "../../contract.ts";
import type { PodObject } from "../../kinds/types.ts";
import type { ResourceTable } from "../../resources/table.ts";
import type { Reader } from "../../rest/reader.ts";
import { badRequest, StatusError } from "../../status.ts";
import { addressOf } from "./place.ts";

/** Speaks to the kubelets of Nodes: plain HTTP/1.1 with a bearer token that they share with the server. */
export class Kubelets {
  readonly #reader: Reader;
  readonly #table: ResourceTable;
  readonly #options: ClusterOptions["kubelet"];

  constructor(reader: Reader, table: ResourceTable, options: ClusterOptions["kubelet"]) {
    this.#reader = reader;
    this.#table = table;
    this.#options = options;
  }

  /** Starts a GET. @throws StatusError 400, 404 for the Node, 500 when its kubelet does not answer */
  async get(pod: PodObject, path: string, gone: AbortSignal): Promise<IncomingMessage> {
    const { host, port, token } = this.#placeOf(pod);
    const headers = { authorization: `Bearer ${token}` };
    const asking = request({ host, port, path, headers, signal: gone, agent: false });
    asking.end();
    try {
      const [response] = await once(asking, "response");
      return response;
    } catch (error) {
      throw unreachable(host, port, error);
    }
  }

  /**
   * A connection on which a request with these headers has been sent; what comes back belongs to the client.
   * @throws StatusError as get() does
   */
  async open(
    pod: PodObject,
    path: string,
    headers: readonly (readonly [string, string])[],
  ): Promise<Socket> {
    const { host, port, token } = this.#placeOf(pod);
    const socket = connect({ host, port, noDelay: true });
    try {
      await once(socket, "connect");
    } catch (error) {
      throw unreachable(host, port, error);
    }
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host.includes(":") ? `[${host}]` : host}:${port}`,
      `Authorization: Bearer ${token}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    return socket;
  }

  #placeOf(pod: PodObject): {
    readonly host: string;
    readonly port: number;
    readonly token: string;
  } {
    const { nodeName } = pod.spec;
    if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
    const nodes = this.#table.byKind("v1", "Node");
    if (this.#options === undefined || nodes === undefined)
      throw new StatusError(
        503,
        "ServiceUnavailable",
        "no kubelet can be reached: the server was started without a port and a token for them",
      );
    const { object } = this.#reader.get(nodes, "", nodeName);
    return { host: addressOf(object), ...this.#options };
  }
}

function unreachable(host: string, port: number, error: unknown): StatusError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `error dialing backend: dial tcp ${host}:${port}: ${why}`;
  return new StatusError(500, "InternalError", `Internal error occurred: ${message}`);
}
