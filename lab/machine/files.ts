import { join } from "node:path";

/** What lies where in a lab's folder. */
export function filesOf(folder: string) {
  const logs = join(folder, "logs");
  return {
    options: join(folder, "lab.json"),
    control: join(folder, "control.sock"),
    kubeconfig: join(folder, "kubeconfig"),
    certificates: join(folder, "certificates"),
    kubeletToken: join(folder, "kubelet-token"),
    store: join(folder, "store"),
    manifests: join(folder, "manifests"),
    logs,
    log: (process: string) => join(logs, `${process}.log`),
    node: (name: string) => join(folder, "nodes", name),
    outside: join(folder, "outside"),
  } as const;
}
