import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endOf } from "#test/support/processes.ts";
import type { Started } from "./contract.ts";

const KEPT_BYTES = 65_536;

/** The words before a command that take it into the namespace of a process, and end it when this process ends. */
export function enter(pid: number): readonly string[] {
  return ["setpriv", "--pdeathsig", "KILL", "nsenter", `--net=/proc/${pid}/ns/net`, "--"];
}

/** Starts a process; what it prints is kept, cut at the front. */
export function start(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started & { readonly child: ChildProcess } {
  const [command = "", ...args] = words;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let text = "";
  const keep = (chunk: Buffer | string): void => {
    text = (text + chunk.toString()).slice(-KEPT_BYTES);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.stdin.on("error", () => {}); // It has ended; that is told by `ended`.
  child.once("error", (error) => keep(String(error)));
  const ended = endOf(child);
  const isRunning = (): boolean =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    isRunning,
    output: () => text,
    kill: (signal) => void child.kill(signal),
    async stop(graceMs = 10_000) {
      if (!isRunning()) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Runs a process to its end. @throws Error with what it printed when it fails */
export async function run(words: readonly string[], input = ""): Promise<string> {
  const [command = "", ...args] = words;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let complaints = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  child.stdin.on("error", () => {}); // It has not read all of it; its status tells more.
  child.stdin.end(input);
  const [status, signal] = await once(child, "close");
  if (status === 0) return out;
  throw new Error(
    `${words.join(" ")} ended with ${status ?? signal}:\n${complaints}${out}${input}`,
  );
}
