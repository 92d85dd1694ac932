import { spawn } from "node:child_process";
import { once } from "node:events";
import { labStatus, notUp } from "#lab/machine/control/client.ts";
import { filesOf } from "#lab/machine/files.ts";
import { findKubectl } from "#lab/machine/kubectl.ts";

/** kubectl with the lab's kubeconfig, this terminal, and its own exit status. */
export async function runKubectl(folder: string, args: readonly string[]): Promise<number> {
  if ((await labStatus(folder)) === undefined) throw notUp(folder);
  const child = spawn(findKubectl(), args, {
    stdio: "inherit",
    env: { ...process.env, KUBECONFIG: filesOf(folder).kubeconfig },
  });
  const [status] = await once(child, "exit");
  return status ?? 1;
}
