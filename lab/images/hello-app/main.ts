/** google-samples/hello-app: greets with its version and host name. The version is the first argument. */
import { createServer } from "node:http";
import { hostname } from "node:os";
import { targetOf } from "../serving/answering.ts";
import { endAtSignal } from "../serving/ending.ts";
import { goLog } from "../serving/go.ts";
import { listen } from "../serving/listen.ts";

const version = process.argv[2] ?? "1.0.0";
const server = createServer((request, response) => {
  goLog(`Serving request: ${targetOf(request).path}`);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`Hello, world!\nVersion: ${version}\nHostname: ${hostname()}\n`);
});

endAtSignal(() => [server], { signals: ["SIGTERM", "SIGINT"] });
const port = Number(process.env.PORT || 8080);
await listen(server, port);
goLog(`Server listening on port ${port}`);
