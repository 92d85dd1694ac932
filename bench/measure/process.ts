import { readFile } from "node:fs/promises";
import { type CpuTime, type Memory, parsePeakMb, parseSmapsRollup, parseStat } from "./proc.ts";

/** CPU time of the process so far. Rejects when it is gone. */
export async function cpuTime(pid: number): Promise<CpuTime> {
  return parseStat(await readFile(`/proc/${pid}/stat`, "latin1"));
}

/** Memory of the process now. Rejects when it is gone. */
export async function memory(pid: number): Promise<Memory> {
  return parseSmapsRollup(await readFile(`/proc/${pid}/smaps_rollup`, "latin1"));
}

/** Highest resident memory of the process so far, in MiB. */
export async function peakMb(pid: number): Promise<number> {
  return parsePeakMb(await readFile(`/proc/${pid}/status`, "latin1"));
}
