import { createServer, type Server } from "node:http";
import { hostname } from "node:os";
import { answering } from "../serving/answering.ts";
import { goLog, parseGoFlags } from "../serving/go.ts";
import { listen } from "../serving/listen.ts";
import { type Ask, answerOf } from "./endpoints.ts";
import { endNow } from "./liveness.ts";
import { serveUdp } from "./udp.ts";

const options = {
  "http-port": { type: "string", default: "8080" },
  "udp-port": { type: "string", default: "8081" },
  "sctp-port": { type: "string", default: "-1" },
  "http-override": { type: "string", default: "" },
  "udp-listen-addresses": { type: "string", default: "" },
  "delay-shutdown": { type: "string", default: "0" },
} as const;

export async function netexec(args: readonly string[]): Promise<void> {
  const { values } = parseGoFlags(args.map(bindNegative), options);
  if (values["sctp-port"] !== "-1")
    throw new Error("--sctp-port: the lab's stand-in has HTTP and UDP alone");
  const ready = { udp: false };
  const server = httpServer(() => ready.udp, String(values["http-override"]));
  const delaySeconds = Number(values["delay-shutdown"]);
  if (delaySeconds > 0)
    process.on("SIGTERM", () => setTimeout(() => process.exit(0), delaySeconds * 1000));
  else endNow();
  const udpPort = Number(values["udp-port"]);
  if (udpPort !== -1)
    for (const address of String(values["udp-listen-addresses"]).split(","))
      await serveUdp(udpPort, address === "" ? undefined : address, answerDatagram);
  ready.udp = udpPort !== -1;
  await listen(server, Number(values["http-port"]));
  goLog(`Started HTTP server on port ${values["http-port"]}`);
}

/** "--udp-port -1" would be read as two flags. */
function bindNegative(arg: string, index: number, all: readonly string[]): string {
  if (arg === "-1") return "";
  return all[index + 1] === "-1" ? `${arg}=-1` : arg;
}

function httpServer(isReady: () => boolean, override: string): Server {
  const server: Server = createServer(
    answering(async (request, response) => {
      const ask: Ask = {
        url: override === "" ? (request.url ?? "/") : override,
        request,
        isReady,
        end: (code, graceMs) => end(server, code, graceMs),
      };
      const { status = 200, headers = {}, body = "" } = await answerOf(ask);
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
      response.end(body);
    }),
  );
  return server;
}

/** With a grace, connections may close first. */
function end(server: Server, code: number, graceMs: number): void {
  if (graceMs === 0) process.exit(code);
  const exit = (): never => process.exit(code);
  server.close(exit);
  server.closeIdleConnections();
  setTimeout(exit, graceMs);
}

function answerDatagram(text: string, peer: string): string | undefined {
  const said = text.trim();
  goLog(`Received "${said}" from ${peer}`);
  if (/^hostname$/i.test(said)) return hostname();
  if (/^clientip$/i.test(said)) return peer;
  if (/^echo /i.test(said)) return said.slice("echo ".length);
  if (said !== "") goLog(`Unknown UDP command received from ${peer}: ${said}`);
  return undefined;
}
