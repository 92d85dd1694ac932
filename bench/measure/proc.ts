/** CPU time of a process with all its threads. */
export interface CpuTime {
  readonly userMs: number;
  readonly systemMs: number;
}

/** Linux reports process times in USER_HZ, which is 100 on every architecture Node runs on. */
const tickMs = 10;

/** Reads utime and stime of /proc/PID/stat (proc_pid_stat(5), fields 14 and 15). */
export function parseStat(text: string): CpuTime {
  // The command may hold spaces and parentheses: fields are counted from the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { userMs: Number(fields[11]) * tickMs, systemMs: Number(fields[12]) * tickMs };
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
  return { userMs: after.userMs - before.userMs, systemMs: after.systemMs - before.systemMs };
}

/** Highest resident memory so far, in MiB, from /proc/PID/status (proc_pid_status(5), VmHWM). NaN when it is missing. */
export function parsePeakMb(text: string): number {
  const found = /^VmHWM:\s+(\d+) kB/m.exec(text);
  return found?.[1] === undefined ? Number.NaN : Number(found[1]) / 1024;
}

/** Memory of a process in MiB. */
export interface Memory {
  readonly rssMb: number;
  /** Shared pages divided by the number of their users. */
  readonly pssMb: number;
  /** Anonymous pages: what the process costs beyond the files that it maps. */
  readonly anonymousMb: number;
}

/** Reads /proc/PID/smaps_rollup (proc_pid_smaps(5)). Missing lines give NaN. */
export function parseSmapsRollup(text: string): Memory {
  const megabytes = (label: string): number => {
    const found = new RegExp(`^${label}:\\s+(\\d+) kB`, "m").exec(text);
    return found?.[1] === undefined ? Number.NaN : Number(found[1]) / 1024;
  };
  return { rssMb: megabytes("Rss"), pssMb: megabytes("Pss"), anonymousMb: megabytes("Anonymous") };
}
