import { execFile } from "node:child_process";
import { existsSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "./children.ts";
import { quote } from "./quote.ts";

/** A command under a terminal of its own, which script(1) of util-linux makes; its streams are the terminal's. */
export function underTerminal(argv: readonly string[]): readonly string[] {
  const command = `exec ${argv.map(quote).join(" ")}`;
  return [
    "script",
    "--quiet",
    "--flush",
    "--return",
    "--echo",
    "always",
    "--command",
    command,
    "/dev/null",
  ];
}

const longestStartMs = 30_000;
const lookEveryMs = 20;

/** Sets the size of the terminal that a descendant of the process has; it may be about to start. */
export async function resizeTerminal(
  pid: number,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Promise<void> {
  const endMs = performance.now() + longestStartMs;
  while (isThere(pid) && performance.now() < endMs) {
    const terminal = descendants(pid).find(hasTerminal);
    if (terminal !== undefined) {
      const size = ["rows", String(rows), "cols", String(columns)];
      execFile("stty", ["-F", `/proc/${terminal}/fd/0`, ...size], () => {});
      return;
    }
    await sleep(lookEveryMs);
  }
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

function hasTerminal(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/0`).startsWith("/dev/pts/");
  } catch {
    return false;
  }
}

function descendants(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}
