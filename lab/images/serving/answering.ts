import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

export interface Target {
  /** As it came, still encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export function targetOf({ url = "/" }: Pick<IncomingMessage, "url">): Target {
  const [path = "/", ...query] = url.split("?");
  return { path, query: new URLSearchParams(query.join("?")) };
}

/** A listener that may wait. What fails ends its connection alone; a client that goes away meanwhile is no failure. */
export function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
  return (request, response) => {
    answer(request, response).catch((error) => {
      if (!request.readableAborted && !request.socket.destroyed)
        process.stderr.write(`${error?.stack ?? error}\n`);
      request.socket.destroy();
    });
  };
}
