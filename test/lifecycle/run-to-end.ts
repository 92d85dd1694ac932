import { execFile } from "node:child_process";
import { fairleadCommand } from "#test/support/dns-server.ts";

export interface Ended {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server that cannot start ends by itself; one that does not is killed. */
const LIMIT_MS = 20_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly transport?: string;
}

/** Runs `fairlead dns` with these arguments until it ends. */
export function runToEnd(
  args: readonly string[],
  { transport = "batched", ...cwd }: RunOptions = {},
): Promise<Ended> {
  const env = { ...process.env, FAIRLEAD_DNS_TRANSPORT: transport };
  const options = { timeout: LIMIT_MS, killSignal: "SIGKILL", env, ...cwd } as const;
  return new Promise((resolve) => {
    execFile(fairleadCommand, ["dns", ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : (error.code ?? error.signal ?? null);
      resolve({ status, stdout, stderr });
    });
  });
}
