import { rename, writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { FairleadError } from "#observe/errors.ts";
import type { Authority, KeyPair } from "./security/contract.ts";

const name = "fairlead";

/** How kubectl presents itself when a cluster is new: a member of the group that may do everything. */
const administrator = { username: "kubernetes-admin", groups: ["system:masters"] };

/**
 * A kubeconfig (v1 Config) with one context for the server; with an authority it carries the CA and a client
 * certificate of the administrator.
 */
export function kubeconfig(server: string, authority?: Authority): string {
  const cluster =
    authority === undefined
      ? { server }
      : { server, "certificate-authority-data": base64(authority.caCertificate) };
  const user = authority === undefined ? {} : credentials(authority.issueClient(administrator));
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    { lineWidth: 0 },
  );
}

/** Writes it for its owner's eyes only; it is there whole or not at all. @throws FairleadError FL-A001 */
export async function writeKubeconfig(
  file: string,
  server: string,
  authority?: Authority,
): Promise<void> {
  try {
    const draft = `${file}.draft`;
    await writeFile(draft, kubeconfig(server, authority), { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-A001", `cannot write the kubeconfig ${file}: ${why}`, {
      cause: error,
    });
  }
}

function credentials({ certificate, key }: KeyPair): object {
  return { "client-certificate-data": base64(certificate), "client-key-data": base64(key) };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
