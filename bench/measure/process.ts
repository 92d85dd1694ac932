import { readFile, writeFile } from "node:fs/promises";
import { type CpuTime, type Memory, parsePeakMb, parseSmapsRollup, parseStat } from "./proc.ts";

/** CPU time of the process so far. Rejects when it is gone. */
export async function cpuTime(pid: number): Promise<CpuTime> {
  return parseStat(await readFile(`/proc/${pid}/stat`, "latin1"));
}

/** Memory of the process now. Rejects when it is gone. */
export async function memory(pid: number): Promise<Memory> {
  return parseSmapsRollup(await readFile(`/proc/${pid}/smaps_rollup`, "latin1"));
}

/** Highest resident memory of the process so far or since forgetPeak(), in MiB. */
export async function peakMb(pid: number): Promise<number> {
  return parsePeakMb(await readFile(`/proc/${pid}/status`, "latin1"));
}

/** Lets the highest resident memory begin anew (proc_pid_clear_refs(5), value 5). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}
