import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export interface LoadFigures {
  readonly queriesPerSecond: number;
  readonly lostPercent: number;
  readonly meanLatencyMs: number;
  readonly rcodes: string;
}

/** The figures in dnsperf's closing statistics; throws when one is missing. */
export function parseStatistics(text: string): LoadFigures {
  const field = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`dnsperf printed no ${pattern.source}:\n${text}`);
    return found;
  };
  return {
    queriesPerSecond: Number(field(/Queries per second:\s+([\d.]+)/)),
    lostPercent: Number(field(/Queries lost:\s+\d+ \(([\d.]+)%\)/)),
    meanLatencyMs: Number(field(/Average Latency \(s\):\s+([\d.]+)/)) * 1000,
    rcodes: field(/Response codes:\s+(.+)/),
  };
}

export interface LoadPlan {
  readonly port: number;
  readonly queryFile: string;
  readonly seconds: number;
  /** Called once a second with the rate of the second behind. */
  onSecond(queriesPerSecond: number): void;
}

/** Runs dnsperf against 127.0.0.1 and reports each second and the end. */
export async function runLoad(plan: LoadPlan): Promise<LoadFigures> {
  const args = ["-s", "127.0.0.1", "-p", plan.port, "-d", plan.queryFile, "-l", plan.seconds];
  const child = spawn("dnsperf", [...args, "-c", 8, "-q", 200, "-S", 1].map(String), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      const rate = /^\d+\.\d+: ([\d.]+)$/.exec(line)?.[1];
      if (rate !== undefined) plan.onSecond(Number(rate));
    });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`dnsperf ended with ${status}:\n${lines.join("\n")}`);
  return parseStatistics(lines.join("\n"));
}

/** CPU time that a process has used so far, user and system apart, in seconds (proc(5), fields 14 and 15). */
export function cpuSeconds(pid: number): { readonly user: number; readonly system: number } {
  const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node supports
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    user: Number(fields[11]) / ticksPerSecond,
    system: Number(fields[12]) / ticksPerSecond,
  };
}
