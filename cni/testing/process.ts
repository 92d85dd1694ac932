import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export interface ProcessCall {
  readonly command: string;
  /** As a value, or stdin's text as it is. */
  readonly config: object | string;
  readonly id: string;
  readonly ifname?: string;
  readonly netns?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The process is killed after so long, wherever it is. */
  readonly killAfterMs?: number;
  /** It is killed when this aborts. */
  readonly killOn?: AbortSignal;
}

export interface ProcessAnswer {
  /** Undefined for a process that was killed. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const root = join(import.meta.dirname, "../..");

/** How Fairlead's plugin is started under a type's name: without the launcher, whose work is to find Node. */
export const ourPlugin = (type: string): readonly string[] => [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(root, "cni/plugin/main.ts"),
  type,
];

/** One call of a plugin's process, as a runtime makes it. */
export async function callProcess(
  [file = "", ...args]: readonly string[],
  { command, config, id, ifname = "eth0", netns = "/var/run/netns/none", ...rest }: ProcessCall,
): Promise<ProcessAnswer> {
  const child = spawn(file, args, {
    env: {
      PATH: process.env.PATH,
      CNI_COMMAND: command,
      CNI_CONTAINERID: id,
      CNI_IFNAME: ifname,
      CNI_NETNS: netns,
      CNI_PATH: "/usr/lib/cni",
      // As the launcher has it: without it every start strips the types of every file anew.
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/fairlead"),
      ...rest.env,
    },
  });
  const { killAfterMs, killOn } = rest;
  killOn?.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  // A killed process leaves its end of the pipe shut.
  child.stdin.on("error", () => {});
  child.stdin.end(typeof config === "string" ? config : JSON.stringify(config));
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined,
  ]);
  clearTimeout(timer);
  return { status: child.exitCode ?? undefined, stdout, stderr };
}
