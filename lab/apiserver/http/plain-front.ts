import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type Front, keepAliveTimeoutMs, type Serve } from "./front.ts";
import { NodeExchange } from "./node-exchange.ts";
import { Upgrade } from "./upgrade.ts";

/** HTTP/1.1 without TLS; nobody is asked who they are. */
export function createPlainFront(serve: Serve): Front {
  const options = {
    keepAliveTimeout: keepAliveTimeoutMs,
    // HTTP/2 is offered to every server that way, and may be passed over.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade !== "h2c",
  };
  const server = createServer(options, (request, response) =>
    serve.request(new NodeExchange(request, response, undefined)),
  );
  // The types know a duplex stream; without a proxy's CONNECT it is the connection itself.
  server.on("upgrade", (request, socket, head) =>
    serve.upgrade(new Upgrade(request, socket as Socket, head, undefined)),
  );
  return {
    scheme: "http",
    server,
    dropIdle: () => server.closeIdleConnections(),
    cutAll: () => server.closeAllConnections(),
  };
}
