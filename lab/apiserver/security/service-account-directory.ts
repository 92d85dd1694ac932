import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FairleadError } from "#observe/errors.ts";
import type { Authority } from "./contract.ts";

/** What a pod that runs system software would find: long enough for any stay in a lab. */
const account = { namespace: "kube-system", name: "default", lifetimeSeconds: 30 * 86_400 };

/**
 * Writes token, ca.crt and namespace as a pod finds them under /var/run/secrets/kubernetes.io/serviceaccount.
 * @throws FairleadError FL-A001
 */
export async function writeServiceAccount(directory: string, authority: Authority): Promise<void> {
  const files = {
    token: authority.issueToken(account),
    "ca.crt": authority.caCertificate,
    namespace: account.namespace,
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(files))
      await writeFile(join(directory, name), text, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `cannot write the service account to ${directory}: ${why}`;
    throw new FairleadError("FL-A001", message, { cause: error });
  }
}
