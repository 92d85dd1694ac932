import { createServer } from "node:http";
import { type Front, keepAliveTimeoutMs, type Serve } from "./front.ts";
import { NodeExchange } from "./node-exchange.ts";

/** HTTP/1.1 without TLS; nobody is asked who they are. */
export function createPlainFront(serve: Serve): Front {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) =>
    serve(new NodeExchange(request, response, undefined)),
  );
  return {
    scheme: "http",
    server,
    dropIdle: () => server.closeIdleConnections(),
    cutAll: () => server.closeAllConnections(),
  };
}
