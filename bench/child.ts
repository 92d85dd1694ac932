import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { FairleadError } from "#observe/errors.ts";

export interface PinnedOptions {
  /** One CPU, or those among which the kernel may choose. */
  readonly cpu: number | readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** In a session of its own, and so in an autogroup of its own for the scheduler (sched(7)). */
  readonly ownSession?: boolean;
}

/** A program under the benchmark's control, all of its threads on the CPUs it was given. */
export interface PinnedChild {
  readonly pid: number;
  /** What it has written to stdout and stderr, the last MiB. */
  output(): string;
  /** Resolves with the exit status once it has ended; null after a signal. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

const outputLimit = 1_048_576;
const graceMs = 3_000;
/** From util-linux. */
const cpuPinner = "taskset";
/** Debian keeps daemons where a user's PATH does not look. */
const searchPath = { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString("latin1")).slice(-outputLimit);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => text;
}

/**
 * Starts a program through taskset(1), which replaces itself with it: the process id is the program's own.
 * @throws FairleadError FL-B001 when it cannot be started.
 */
export async function startPinned(
  program: string,
  args: readonly string[],
  options: PinnedOptions,
): Promise<PinnedChild> {
  const child = spawn(cpuPinner, ["-c", [options.cpu].flat().join(), program, ...args], {
    cwd: options.directory,
    env: { ...process.env, ...searchPath, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.ownSession ?? false,
  });
  const output = collectOutput(child);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new FairleadError("FL-B001", `${cpuPinner} could not be started for ${program}`, {
      cause: error,
    });
  }
  const pid = child.pid;
  if (pid === undefined) throw new FairleadError("FL-B001", `${program} has no process id`);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { pid, output, ended, stop };
}

/**
 * Runs a program to its end and returns what it printed.
 * @throws FairleadError FL-B001 when it ends with another status than 0.
 */
export async function runPinned(
  program: string,
  args: readonly string[],
  options: PinnedOptions,
): Promise<string> {
  const child = await startPinned(program, args, options);
  const status = await child.ended;
  if (status !== 0) {
    throw new FairleadError(
      "FL-B001",
      `${program} ended with status ${status}: ${child.output().trim().slice(-400)}`,
    );
  }
  return child.output();
}

/** What the program prints about itself, or undefined when it is not installed. */
export async function versionOf(
  program: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  const child = spawn(program, args, {
    env: { ...process.env, ...searchPath },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collectOutput(child);
  const status = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (status === null) return undefined;
  return pattern.exec(output())?.[1];
}
