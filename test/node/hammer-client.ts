/**
 * A client that trusts DNS: it asks for names again and again, and connects at once to what it is told. Arguments: the
 * server's address, a file with a name on each line, which is read anew each time, and a file that gets a line of JSON
 * for each connection.
 */
import { createSocket } from "node:dgram";
import { appendFileSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { decode, encode } from "dns-packet";
import { readGreeting } from "#test/topology/agent/greeting.ts";

export interface Tried {
  readonly name: string;
  /** When the connection was begun, on the wall clock. */
  readonly atMs: number;
  /**
   * The name of the server that answered, "refused", "timeout", or what else went wrong. NO_NAME when DNS has said that
   * there is no such name, once until there is one.
   */
  readonly outcome: string;
}

export const NO_NAME = "no such name";

/** Silence for so long is a packet that went nowhere, on the busiest machine. */
const connectTimeoutMs = 10_000;
const queryTimeoutMs = 500;
const pauseMs = 1;

/** The address, NO_NAME, or undefined where there was no answer. */
function resolve(server: string, name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => end(undefined), queryTimeoutMs);
    const end = (address: string | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(address);
    };
    socket.on("message", (message) => {
      const answer = decode(message).answers?.find(({ type }) => type === "A");
      end(answer !== undefined && "data" in answer ? String(answer.data) : NO_NAME);
    });
    socket.on("error", () => end(undefined));
    socket.send(encode({ type: "query", questions: [{ type: "A", name }] }), 53, server);
  });
}

/** What the server on the other side calls itself, or how the connection failed. */
function connectTo(address: string): Promise<Tried["outcome"]> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 80 });
    const timer = setTimeout(() => end("timeout"), connectTimeoutMs);
    const end = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    socket.on("data", (text) => end(readGreeting(String(text))?.server ?? "unknown"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNREFUSED" ? "refused" : (error.code ?? "unreachable")),
    );
    socket.on("close", () => end("closed"));
  });
}

async function main(server: string, names: string, log: string): Promise<void> {
  const unknown = new Set<string>();
  const note = (tried: Tried): void => appendFileSync(log, `${JSON.stringify(tried)}\n`);
  for (;;) {
    for (const name of readFileSync(names, "utf8").split("\n").filter(Boolean)) {
      const address = await resolve(server, name);
      const atMs = Date.now();
      if (address === NO_NAME && !unknown.has(name)) note({ name, atMs, outcome: NO_NAME });
      if (address === NO_NAME) unknown.add(name);
      if (address === NO_NAME || address === undefined) continue;
      unknown.delete(name);
      note({ name, atMs, outcome: await connectTo(address) });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

if (import.meta.main) {
  const [, , server = "", names = "", log = ""] = process.argv;
  await main(server, names, log);
}
