import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { withNamespace } from "#linux/namespace/enter.ts";
import { environment } from "./environment.ts";

export interface StartOptions {
  readonly words: readonly string[];
  /** What it prints is appended here. */
  readonly logFile: string;
  /** Where it runs; the supervisor's own unless given. */
  readonly namespace?: NetworkNamespace;
}

export interface StartedProcess {
  readonly child: ChildProcess;
  /** Status or signal. Never rejects. */
  readonly ended: Promise<string>;
}

/** A process inherits the network namespace of the thread that starts it: no program to enter it is needed. */
export function startProcess({ words, logFile, namespace }: StartOptions): StartedProcess {
  const [command = "", ...args] = words;
  const log = openSync(logFile, "a");
  try {
    const start = (): ChildProcess =>
      spawn(command, args, { env: environment(), stdio: ["ignore", log, log], detached: true });
    const child = namespace === undefined ? start() : withNamespace(namespace, start);
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (status, signal) =>
        resolve(signal === null ? `status ${status}` : signal),
      );
    });
    return { child, ended };
  } finally {
    closeSync(log);
  }
}
