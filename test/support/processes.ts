import { type ChildProcess, spawn } from "node:child_process";

/** A daemon under test: its last words are kept for the message of the test that fails. */
export interface Daemon {
  readonly process: ChildProcess;
  output(): string;
  /** Whether it has ended and all that it printed has been read. */
  isOver(): boolean;
  /** SIGTERM, and SIGKILL after `graceMs`. Resolves when it is over. */
  stop(graceMs?: number): Promise<void>;
}

export function startDaemon(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Daemon {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-8192);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // A failing spawn must fail the test that waits for the daemon, not the whole run.
  child.on("error", (error) => keep(Buffer.from(String(error))));
  let isOver = false;
  const over = endOf(child).then(() => {
    isOver = true;
  });
  const stop = async (graceMs = 10_000): Promise<void> => {
    if (child.pid === undefined) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await over;
    clearTimeout(timer);
  };
  return { process: child, output: () => text, isOver: () => isOver, stop };
}

/** What a process that is gone has left behind may hold its pipes for ever. */
const LEFT_BEHIND_MS = 2000;

/**
 * Resolves to how a process has ended, its status or the signal's name, once all that it printed has been read: at the
 * event "exit" its last words may still be in the pipe.
 */
export function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    const end = (status: number | null, signal: string | null): void =>
      resolve(status ?? signal ?? "unknown");
    child.once("close", end);
    child.once("exit", (status, signal) => {
      setTimeout(() => end(status, signal), LEFT_BEHIND_MS).unref();
    });
    child.once("error", (error) => resolve(String(error)));
  });
}
