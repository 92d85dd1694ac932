import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Place } from "#test/topology/contract.ts";
import { enter } from "#test/topology/process.ts";
import type { LoadReport } from "./contract.ts";

const program = join(import.meta.dirname, "client.ts");

export interface Load {
  /** Asks no more, waits for what is under way, and tells. */
  finish(): Promise<LoadReport>;
  /** Ends it unfinished. */
  abandon(): void;
}

/** Begins to ask the server at `address` from `place`. */
export function startLoad(
  place: Place,
  { address, perSecond, timeoutMs }: { address: string; perSecond: number; timeoutMs: number },
): Load {
  const words = [program, address, String(perSecond), String(timeoutMs)];
  const [command = "", ...args] = [...enter(place.pid), process.execPath, ...words];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    async finish() {
      child.stdin.end();
      await ended;
      return JSON.parse(text);
    },
    abandon: () => void child.kill("SIGKILL"),
  };
}

/** One line for people. */
export function describeReport(what: string, report: LoadReport): string {
  const { asked, first, second, lost, wrong, p50Ms, p99Ms, behindMs } = report;
  const figures = `first try ${first}, second ${second}, lost ${lost}, wrong ${wrong}`;
  const times = `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, client behind by ${behindMs.toFixed(0)} ms at most`;
  return `${what}: ${asked} asked, ${figures}; ${times}\n`;
}
