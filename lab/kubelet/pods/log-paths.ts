import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "../contract.ts";

/** Where kubelets keep logs: a folder for each pod, in it one for each container, and a file for each of its runs. */
export function logFile(folder: string, pod: Pod, container: string, restartCount: number): string {
  return join(podLogFolder(folder, pod), container, `${restartCount}.log`);
}

export function podLogFolder(folder: string, { metadata: { namespace, name, uid } }: Pod): string {
  return join(folder, `${namespace}_${name}_${uid}`);
}

/** That of a pod of that name, which may have ended under a kubelet before this one. */
export function containerLogFolder(
  folder: string,
  namespace: string,
  name: string,
  container: string,
): string | undefined {
  const pod = namesIn(folder).findLast((one) => one.startsWith(`${namespace}_${name}_`));
  return pod === undefined ? undefined : join(folder, pod, container);
}

/** Deletes the logs of pods that there are not any more. */
export function pruneLogs(folder: string, uids: ReadonlySet<string>): void {
  for (const name of namesIn(folder))
    if (!uids.has(name.slice(name.lastIndexOf("_") + 1)))
      rmSync(join(folder, name), { recursive: true, force: true });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
