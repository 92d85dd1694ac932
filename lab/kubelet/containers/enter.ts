import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { childrenOf, signal } from "./children.ts";
import { type RunningContainer, toolsPath } from "./runtime.ts";

/** A command in a container's namespaces, beside its own. Standard streams are pipes. */
export function enterContainer(
  { pid, plan }: RunningContainer,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = plan.env,
): ChildProcessWithoutNullStreams {
  const user =
    plan.user === undefined
      ? []
      : ["setpriv", `--reuid=${plan.user.uid}`, `--regid=${plan.user.gid}`, "--clear-groups"];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
  return spawn(
    "nsenter",
    ["--target", String(pid), ...namespaces, "--", ...user, "env", "-i", ...variables, ...argv],
    { env: { PATH: toolsPath } },
  );
}

/**
 * Ends what enterContainer() started. nsenter ends with the command, its child, and reaps it: were nsenter ended first,
 * nobody would, and a pid namespace with a dead process in it never ends.
 */
export function killEntered({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  // It makes no child between the look and the end.
  signal(pid, "SIGSTOP");
  const commands = childrenOf(pid);
  for (const one of commands.length === 0 ? [pid] : commands) signal(one, "SIGKILL");
  signal(pid, "SIGCONT");
}
