import { createServer } from "node:http";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { withNamespace } from "#linux/namespace/enter.ts";

/** A web server on port 80 of the namespace, whatever its host is called; it says who asked, as the server sees it. */
export function serveOutsideWeb(namespace: NetworkNamespace): void {
  const server = createServer((request, response) => {
    const client = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end(`${request.headers.host ?? ""} of the outside world: hello ${client}\n`);
  });
  // Without a host the socket is made before the call returns, and stays where it was made.
  withNamespace(namespace, () => void server.listen(80));
}
