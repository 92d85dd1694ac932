import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPinned } from "../child.ts";
import type { LatencyFigures } from "./latency-ledger.ts";
import { type OpenLoopLoad, type OpenLoopResult, runOpenLoop } from "./open-loop.ts";

/**
 * Ahead of the rest of its CPU where the benchmark may ask for it (root); elsewhere nice(1) warns and goes on. The
 * scheduler weighs whole sessions (autogroups): within the benchmark's, so heavy a client would take the servers' share
 * of the other CPU away, and any other program there would stall them.
 */
const aheadOfItsCpu = 'echo -20 2>/dev/null >/proc/self/autogroup; exec nice -n -20 "$@"';

export interface TimedFigures extends LatencyFigures {
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/**
 * Runs the open-loop client in a process of its own on one CPU: it blocks its thread, and neither the benchmark's
 * timers nor its garbage collection may delay it.
 */
export async function measureLatencies(
  load: OpenLoopLoad,
  options: { readonly cpu: number; readonly directory: string },
): Promise<OpenLoopResult> {
  const file = join(options.directory, `open-loop-${load.ports.join("-")}.json`);
  await writeFile(file, JSON.stringify(load));
  const self = fileURLToPath(import.meta.url);
  const flags = ["--disable-warning=ExperimentalWarning"];
  const args = ["-c", aheadOfItsCpu, "sh", process.execPath, ...flags, self, file];
  const text = await runPinned("sh", args, { cpu: options.cpu, ownSession: true });
  // Its own output: the one line below, behind the warning.
  return JSON.parse(text.slice(text.indexOf('{"servers"'))) as OpenLoopResult;
}

/** Whichever servers it goes to. */
export type Load = Omit<OpenLoopLoad, "ports">;

/** The same with one server. */
export async function measureLatency(
  port: number,
  load: Load,
  options: { readonly cpu: number; readonly directory: string },
): Promise<TimedFigures> {
  const { servers, startedAtMs } = await measureLatencies({ ...load, ports: [port] }, options);
  // One port has one server's figures.
  return { ...(servers[0] as LatencyFigures), startedAtMs };
}

if (import.meta.main) {
  const [file = ""] = process.argv.slice(2);
  // Written by measureLatencies().
  const load = JSON.parse(await readFile(file, "utf8")) as OpenLoopLoad;
  process.stdout.write(JSON.stringify(runOpenLoop(load)));
}
