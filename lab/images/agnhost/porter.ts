import { createServer } from "node:http";
import { parseGoFlags } from "../serving/go.ts";
import { listen } from "../serving/listen.ts";
import { endNow } from "./liveness.ts";
import { serveUdp } from "./udp.ts";

/** Serves the value of each SERVE_PORT_N, SERVE_TCP_PORT_N (HTTP) and SERVE_UDP_PORT_N on its port. */
export async function porter(args: readonly string[]): Promise<void> {
  const { values } = parseGoFlags(args, { "json-response": { type: "boolean" } });
  endNow();
  for (const [name, text = ""] of Object.entries(process.env)) {
    const [, kind, port] = /^SERVE_(?:([A-Z]+)_)?PORT_(\d+)$/.exec(name) ?? [];
    if (port === undefined) continue;
    if (kind === "UDP") await serveUdp(Number(port), "0.0.0.0", () => text);
    else if (kind === undefined || kind === "TCP")
      await listen(serverOf(text, values["json-response"] === true), Number(port));
    else throw new Error(`${name}: the lab's stand-in serves HTTP and UDP alone`);
  }
}

function serverOf(text: string, isJson: boolean): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const type = isJson ? "application/json" : "text/plain; charset=utf-8";
    response.setHeader("content-type", type);
    response.end(isJson ? JSON.stringify({ Method: request.method, Body: text }) : text);
  });
}
