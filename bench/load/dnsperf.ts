import { FairleadError } from "#observe/errors.ts";
import { runPinned } from "../child.ts";
import { type DnsperfFigures, parseDnsperf } from "./dnsperf-output.ts";

export interface DnsperfLoad {
  readonly port: number;
  /** Queries as a TCP stream, see data/wire.ts. */
  readonly queryFile: string;
  readonly transport: "udp" | "tcp";
  /** Longest time to run. */
  readonly seconds: number;
  /** Ends after the file has been sent so often; absent: when the time is over. */
  readonly repetitions?: number;
  /** Sockets or, over TCP, kept connections. */
  readonly clients: number;
  readonly outstanding: number;
  readonly cpu: number;
}

/** Fewer answers are none: any server gives thousands. */
const leastPerSecond = 100;

/**
 * Runs dnsperf(1) as fast as its CPU lets it.
 * @throws FairleadError FL-B003 when it reports no figures or next to no answers.
 */
export async function runDnsperf(load: DnsperfLoad): Promise<DnsperfFigures> {
  const flags: Record<string, string | number> = {
    "-s": "127.0.0.1",
    "-p": load.port,
    "-m": load.transport,
    "-d": load.queryFile,
    "-l": load.seconds,
    "-c": load.clients,
    "-q": load.outstanding,
    "-T": 1,
    "-t": 1,
    "-b": 4096,
  };
  if (load.repetitions !== undefined) flags["-n"] = load.repetitions;
  const args = ["-B", ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)])];
  const text = await runPinned("dnsperf", args, { cpu: load.cpu });
  const figures = parseDnsperf(text);
  if (figures === undefined || figures.completed < leastPerSecond * load.seconds) {
    throw new FairleadError(
      "FL-B003",
      `dnsperf against port ${load.port} got no answers to speak of: ${text.trim().slice(-400)}`,
    );
  }
  return figures;
}
