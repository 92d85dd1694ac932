import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, startDaemon } from "./processes.ts";

/** The launcher, as users start it. */
export const fairleadCommand = join(import.meta.dirname, "../../bin/fairlead");

const START_LIMIT_MS = 30_000;

export interface DnsServerOptions {
  /** Default: the batched transport. */
  readonly transport?: "batched" | "dgram";
  /** Flags beside -conf. */
  readonly flags?: readonly string[];
  /** Resolve at once instead of when the server has said that it serves. */
  readonly detached?: boolean;
}

/** A `fairlead dns` process with a Corefile of its own. */
export interface DnsServerProcess {
  readonly daemon: Daemon;
  readonly pid: number;
  /** Lines of its log so far, each as printed. */
  lines(): readonly string[];
  /** Ends it by SIGTERM if it still runs. Resolves to the exit status. */
  stop(): Promise<number | null>;
}

/**
 * Starts `fairlead dns` and waits until it serves.
 * @throws Error with what it printed when it ends or stays silent instead
 */
export async function startDnsServer(
  corefile: string,
  { transport = "batched", flags = [], detached = false }: DnsServerOptions = {},
): Promise<DnsServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-dns-"));
  const file = join(folder, "Corefile");
  writeFileSync(file, corefile);
  const daemon = startDaemon(fairleadCommand, ["dns", "-conf", file, ...flags], {
    FAIRLEAD_DNS_TRANSPORT: transport,
  });
  let text = "";
  daemon.process.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  const server: DnsServerProcess = {
    daemon,
    pid: daemon.process.pid ?? 0,
    lines: () => text.split("\n").slice(0, -1),
    stop: async () => {
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
      return daemon.process.exitCode;
    },
  };
  if (detached) return server;
  try {
    await until(
      () => server.lines().some((line) => /^Fairlead \d/.test(line)),
      () => daemon.isOver(),
    );
  } catch {
    await server.stop();
    throw new Error(`the server does not serve; it printed:\n${daemon.output()}`);
  }
  return server;
}

/**
 * Resolves once `condition` holds.
 * @throws Error when it has not within 30 s, or when `hopeless` holds
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  hopeless: () => boolean = () => false,
): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await condition())) {
    if (hopeless() || performance.now() > deadline)
      throw new Error("what was waited for did not come");
    await sleep(20);
  }
}
