import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fairleadCommand, until } from "#test/support/dns-server.ts";
import { startDaemon } from "#test/support/processes.ts";

/** Ports of these suites. */
export const FIRST_PORT = 28_900;

/** A folder for a Corefile and what belongs to it, gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-reload-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface ServerOptions {
  readonly transport?: "batched" | "dgram";
  readonly flags?: readonly string[];
}

/** `fairlead dns` with the file `Corefile` of a folder. */
export interface ReloadingServer {
  /** Lines of its log so far. */
  lines(): readonly string[];
  /** Writes another Corefile and nothing else. */
  write(corefile: string): void;
  /** Writes another Corefile, asks for it, and resolves to the line that says what came of it. */
  reload(corefile: string): Promise<string>;
  /** Resolves to the first line behind the `behind` first that matches. */
  line(pattern: RegExp, behind?: number): Promise<string>;
  stop(): Promise<void>;
}

const outcome = /reloading complete|reload failed/;

/**
 * Resolves once it serves; it ends with the test at the latest.
 * @param corefile undefined: what the folder has
 */
export async function startServer(
  folder: string,
  corefile: string | undefined,
  { transport = "batched", flags = [] }: ServerOptions = {},
): Promise<ReloadingServer> {
  const file = join(folder, "Corefile");
  if (corefile !== undefined) writeFileSync(file, corefile);
  const daemon = startDaemon(fairleadCommand, ["dns", "-conf", file, ...flags], {
    FAIRLEAD_DNS_TRANSPORT: transport,
  });
  onTestFinished(() => daemon.stop());
  let text = "";
  daemon.process.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const lines = (): readonly string[] => text.split("\n").slice(0, -1);
  const line = async (pattern: RegExp, behind = 0): Promise<string> => {
    const find = () =>
      lines()
        .slice(behind)
        .find((each) => pattern.test(each));
    await until(
      () => find() !== undefined,
      () => daemon.isOver(),
    ).catch(() => {
      throw new Error(`no line like ${pattern}; the server printed:\n${daemon.output()}`);
    });
    return find() ?? "";
  };
  const write = (changed: string) => writeFileSync(file, changed);
  await line(/^Fairlead \d/);
  return {
    lines,
    write,
    line,
    async reload(changed) {
      const before = lines().length;
      write(changed);
      daemon.process.kill("SIGUSR1");
      return line(outcome, before);
    },
    stop: () => daemon.stop(),
  };
}

/** What an HTTP endpoint says, or the status line of its failure. */
export async function get(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  } catch {
    return "no answer";
  }
}

/** Sum of a counter's samples whose labels contain all of `labels`. */
export async function metric(url: string, name: string, ...labels: string[]): Promise<number> {
  const text = await (await fetch(url)).text();
  return text
    .split("\n")
    .filter((sample) => sample.startsWith(`${name}{`) || sample.startsWith(`${name} `))
    .filter((sample) => labels.every((label) => sample.includes(label)))
    .reduce((sum, sample) => sum + Number(sample.split(" ").at(-1)), 0);
}
