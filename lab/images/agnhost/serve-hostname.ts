import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { hostname } from "node:os";
import { goLog, parseGoFlags } from "../serving/go.ts";
import { listen, peerOf } from "../serving/listen.ts";
import { serveUdp } from "./udp.ts";

const options = {
  tcp: { type: "boolean", default: false },
  udp: { type: "boolean", default: false },
  http: { type: "string", default: "true" },
  close: { type: "boolean", default: false },
  port: { type: "string", default: "9376" },
} as const;

/** After SIGTERM it goes on to serve until it is killed, as the original does for 60 s: endpoints that end are tested with it. */
const lingerMs = 60_000;

export async function serveHostname(args: readonly string[]): Promise<void> {
  // "--http" alone is "--http=true".
  const spelled = args.map((arg) => (/^--?http$/.test(arg) ? "--http=true" : arg));
  const { values } = parseGoFlags(spelled, options);
  const isHttp = values.http === "true";
  if (isHttp && (values.tcp === true || values.udp === true))
    throw new Error("Can't serve TCP/UDP mode and HTTP mode at the same time: add --http=false");
  const port = Number(values.port);
  const name = hostname();
  process.on("SIGTERM", () => {
    goLog("Shutting down after receiving signal: terminated.");
    goLog("Awaiting pod deletion.");
    setTimeout(() => process.exit(0), lingerMs);
  });
  if (values.tcp === true)
    await listen(
      createTcpServer((socket) => {
        goLog(`TCP request from ${peerOf(socket)}`);
        socket.on("error", () => socket.destroy());
        socket.end(name);
      }),
      port,
    );
  if (values.udp === true)
    await serveUdp(port, undefined, (_, peer) => {
      goLog(`UDP request from ${peer}`);
      return name;
    });
  if (isHttp)
    await listen(
      createHttpServer((request, response) => {
        goLog(`HTTP request from ${peerOf(request.socket)}`);
        response.setHeader("content-type", "text/plain; charset=utf-8");
        if (values.close === true) response.setHeader("connection", "close");
        response.end(name);
      }),
      port,
    );
  goLog(`Serving on port ${port}.`);
}
