import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Logger } from "#observe/contract.ts";
import type { KubeObject } from "../apiserver/contract.ts";
import { ApiError } from "./api-error.ts";
import type {
  Connection,
  KubeClient,
  Method,
  RequestOptions,
  Watch,
  WatchHandler,
} from "./contract.ts";
import { KeptList } from "./kept-list.ts";
import { Transport } from "./transport.ts";

/** @param logger hears of what handlers of watches throw */
export function createClient(connection: Connection, logger?: Logger): KubeClient {
  const transport = new Transport(connection);
  const request = async (
    method: Method,
    path: string,
    options?: RequestOptions,
  ): Promise<KubeObject> => decoded(method, path, await transport.open(method, path, options));
  return {
    request,
    watch(path: string, handler: WatchHandler): Watch {
      const list = new KeptList({ path, handler, transport, request, logger });
      void list.run();
      return list;
    },
    close: () => transport.close(),
  };
}

async function decoded(
  method: Method,
  path: string,
  response: IncomingMessage,
): Promise<KubeObject> {
  const code = response.statusCode ?? 0;
  const body = await text(response);
  if (code >= 200 && code < 300) return JSON.parse(body) as KubeObject;
  let status: { reason?: string; message?: string } = {};
  try {
    status = JSON.parse(body);
  } catch {
    status = { message: body.trim() };
  }
  const { reason = "", message = `HTTP ${code}` } = status;
  throw new ApiError(code, reason, `${method} ${path}: ${message}`);
}
