import type { IncomingMessage } from "node:http";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { targetOf } from "../serving/answering.ts";
import { goDurationMs, goLog } from "../serving/go.ts";
import { peerOf } from "../serving/listen.ts";
import { dial } from "./dial.ts";
import { shell } from "./shell.ts";

export interface Ask {
  readonly url: string;
  readonly request: IncomingMessage;
  isReady(): boolean;
  /** Ends the process; with a grace after connections closed or that many milliseconds. */
  end(code: number, graceMs: number): void;
}

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Endpoint = (query: URLSearchParams, ask: Ask) => Said | Promise<Said>;

const endpoints: Readonly<Record<string, Endpoint>> = {
  "/": () => ({
    body: `NOW: ${new Date().toISOString().replace("T", " ").replace("Z", " +0000 UTC")}`,
  }),
  "/clientip": (_, { request }) => ({ body: peerOf(request.socket) }),
  "/serverport": (_, { request }) => ({ body: String(request.socket.localPort) }),
  "/echo": (query) => {
    const code = query.get("code") || "200";
    return /^[1-9]\d\d$/.test(code)
      ? { status: Number(code), body: query.get("msg") ?? "" }
      : refused("code", "an integer", code);
  },
  "/header": (query, { request }) => ({
    body: request.headers[(query.get("key") ?? "").toLowerCase()]?.toString() ?? "",
  }),
  "/healthz": (_, { isReady }) => ({ status: isReady() ? 200 : 412 }),
  "/hostname": () => ({ body: hostname() }),
  "/hostName": () => ({ body: hostname() }),
  "/redirect": (query) => ({
    status: Number(query.get("code") || 302),
    headers: { location: query.get("location") ?? "" },
  }),
  "/shell": async (query) => ({
    body: await shell(query.get("shellCommand") || (query.get("cmd") ?? "")),
  }),
  "/dial": (query) => dial(query),
  "/exit": (query, { end }) => exit(query, end),
  "/shutdown": (_, { end }) => {
    end(0, 0);
    return {};
  },
};

export async function answerOf(ask: Ask): Promise<Said> {
  const { path, query } = targetOf(ask);
  goLog(`GET ${ask.url}`);
  // Go's mux gives what no pattern has to "/".
  const endpoint = endpoints[path] ?? endpoints["/"];
  return (await endpoint?.(query, ask)) ?? {};
}

async function exit(query: URLSearchParams, end: Ask["end"]): Promise<Said> {
  const [wait, timeout, code] = ["wait", "timeout", "code"].map((name) => query.get(name) || "0");
  const waitMs = goDurationMs(wait ?? "");
  const graceMs = goDurationMs(timeout ?? "");
  if (graceMs === undefined) return refused("timeout", "a valid golang duration", timeout);
  if (waitMs === undefined) return refused("wait", "a valid golang duration", wait);
  if (!/^\d+$/.test(code ?? "")) return refused("code", "an integer [0-127]", code);
  await setTimeout(waitMs);
  end(Number(code), graceMs);
  return {};
}

function refused(name: string, wanted: string, got: string | undefined): Said {
  return { body: `argument '${name}' must be ${wanted} or empty, got "${got}"\n` };
}
