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
  /** The name of the server that answered, "refused", "timeout", or what else went wrong. */
  readonly outcome: string;
}

const connectTimeoutMs = 1_000;
const queryTimeoutMs = 500;
const pauseMs = 1;

/** The address, or undefined where the name is not there. */
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
      end(answer !== undefined && "data" in answer ? String(answer.data) : undefined);
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
  for (;;) {
    for (const name of readFileSync(names, "utf8").split("\n").filter(Boolean)) {
      const address = await resolve(server, name);
      if (address === undefined) continue;
      const atMs = Date.now();
      const outcome = await connectTo(address);
      appendFileSync(log, `${JSON.stringify({ name, atMs, outcome } satisfies Tried)}\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

if (import.meta.main) {
  const [, , server = "", names = "", log = ""] = process.argv;
  await main(server, names, log);
}
