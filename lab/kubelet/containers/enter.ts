import { type ChildProcess, spawn } from "node:child_process";
import { childrenOf, signal } from "./children.ts";
import type { RunningContainer } from "./runtime.ts";
import { toolsPath } from "./runtime.ts";

/** A command in a container's namespaces, beside its own. Standard streams are pipes. */
export function enterContainer(
  { pid, plan }: RunningContainer,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = plan.env,
): ChildProcess {
  const user =
    plan.user === undefined
      ? []
      : ["setpriv", `--reuid=${plan.user.uid}`, `--regid=${plan.user.gid}`, "--clear-groups"];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
  return spawn(
    "nsenter",
    ["--target", String(pid), ...namespaces, "--", ...user, "env", "-i", ...variables, ...argv],
    { env: { PATH: toolsPath }, stdio: ["pipe", "pipe", "pipe"] },
  );
}

/** Ends what enterContainer() started: the command is nsenter's child, whose end is nsenter's too. */
export function killEntered(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  for (const one of childrenOf(pid)) signal(one, "SIGKILL");
  child.kill("SIGKILL");
}
