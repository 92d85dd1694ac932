import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CniError } from "./cni-error.ts";
import type { RunPlugin } from "./contract.ts";

/** A plugin that hangs is ended: what it left is for DEL, which is asked for until it succeeds. */
const timeoutMs = 60_000;

/** Starts plugins from a folder. The answer of a refusal is an error with the plugin's own words. */
export function pluginRunner(folder: string): RunPlugin {
  return async (type, environment, stdin) => {
    const child = spawn(join(folder, type), [], {
      env: { PATH: process.env.PATH, ...environment },
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    // A plugin that ends before it has read leaves the pipe shut.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    const what = `plugin type="${type}" failed (${environment.CNI_COMMAND?.toLowerCase()})`;
    try {
      const ended = once(child, "close");
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      if (child.exitCode === 0) return stdout;
      throw new CniError(
        `${what}: ${wordsOf(stdout) ?? (stderr.trim() || `exit ${child.exitCode ?? child.signalCode}`)}`,
      );
    } catch (cause) {
      if (cause instanceof CniError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CniError(`${what}: ${why}`, { cause });
    }
  };
}

function wordsOf(stdout: string): string | undefined {
  try {
    const { msg, details } = JSON.parse(stdout) as { msg?: string; details?: string };
    return msg === undefined ? undefined : [msg, details].filter((one) => one).join("; ");
  } catch {
    return undefined;
  }
}
