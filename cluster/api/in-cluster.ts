import { isIPv6 } from "node:net";
import type { ConfigSources, Connection } from "./connection.ts";
import { ConnectionConfigError } from "./errors.ts";

/** Where Kubernetes mounts a pod's service account. */
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The connection every pod is given: two environment variables and the mounted service account. */
export function inClusterConnection({ env, readFile }: ConfigSources): Connection {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) {
    throw new ConnectionConfigError(
      "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod: name an endpoint or a kubeconfig",
    );
  }
  return {
    server: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`),
    tls: async () => ({ ca: await readFile(`${serviceAccount}/ca.crt`) }),
    authorization: async () => `Bearer ${(await readFile(`${serviceAccount}/token`)).trim()}`,
  };
}
