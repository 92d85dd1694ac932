import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { FairleadError } from "#observe/errors.ts";

const name = "fairlead";

/** A kubeconfig (v1 Config) with one context for the server. */
function kubeconfig(server: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

/** Writes it for its owner's eyes only. @throws FairleadError FL-A001 */
export async function writeKubeconfig(file: string, server: string): Promise<void> {
  try {
    await writeFile(file, kubeconfig(server), { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-A001", `cannot write the kubeconfig ${file}: ${why}`, {
      cause: error,
    });
  }
}
