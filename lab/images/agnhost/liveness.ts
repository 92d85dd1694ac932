import { createServer } from "node:http";
import { targetOf } from "../serving/answering.ts";
import { listen } from "../serving/listen.ts";

/** /healthz is well for ten seconds; /started says for how long it runs. As in the original, SIGTERM just ends it. */
export async function liveness(): Promise<void> {
  const startMs = performance.now();
  const server = createServer((request, response) => {
    const seconds = (performance.now() - startMs) / 1000;
    const { path, query } = targetOf(request);
    response.setHeader("content-type", "text/plain; charset=utf-8");
    if (path === "/started") return response.end(`${seconds}s`);
    if (path === "/redirect")
      return response.writeHead(302, { location: query.get("loc") ?? "/" }).end();
    if (path !== "/healthz") return response.writeHead(404).end("404 page not found\n");
    if (seconds > 10) return response.writeHead(500).end(`error: ${seconds}`);
    return response.end("ok");
  });
  endNow();
  await listen(server, 8080);
}

/** Go programs without a handler die of SIGTERM; process 1 of a container would ignore it unless it is handled. */
export function endNow(): void {
  process.on("SIGTERM", () => process.exit(143));
}
