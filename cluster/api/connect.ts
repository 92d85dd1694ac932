import { readFile } from "node:fs/promises";
import { ApiClient, type RequestOutcome } from "./client.ts";
import type { ConfigSources, Connection } from "./connection.ts";
import { ConnectionConfigError } from "./errors.ts";
import { createHttpTransport } from "./http-transport.ts";
import { inClusterConnection } from "./in-cluster.ts";
import type { KubeconfigReference } from "./kubeconfig.ts";

/** At most one of endpoint and kubeconfig; neither means the pod's own service account. */
export interface ConnectionOptions {
  /** URL of the API server; http:// for one without TLS, as the lab's or a proxy's. */
  readonly endpoint?: string | undefined;
  readonly kubeconfig?: KubeconfigReference | undefined;
  /** Client certificate for `endpoint`. */
  readonly tls?:
    | { readonly certFile: string; readonly keyFile: string; readonly caFile: string }
    | undefined;
}

/** The connection the options mean. Throws ConnectionConfigError (FL-C004). */
export async function resolveConnection(
  options: ConnectionOptions,
  sources: ConfigSources,
): Promise<Connection> {
  const { endpoint, kubeconfig } = options;
  if (endpoint !== undefined && kubeconfig !== undefined) {
    throw new ConnectionConfigError("both an endpoint and a kubeconfig are given: choose one");
  }
  if (kubeconfig !== undefined) {
    // Loaded here, because it brings the YAML parser: 8 MB that a pod with a service account need not pay.
    const { kubeconfigConnection } = await import("./kubeconfig.ts");
    return kubeconfigConnection(kubeconfig, sources);
  }
  if (endpoint !== undefined) return endpointConnection(endpoint, options.tls, sources);
  return inClusterConnection(sources);
}

/** A client for the connection the options mean, with the process's files and environment. */
export async function connect(
  options: ConnectionOptions,
  onRequest?: (outcome: RequestOutcome) => void,
): Promise<ApiClient> {
  const { authorization, ...route } = await resolveConnection(options, {
    env: process.env,
    readFile: (file) => readFile(file, "utf8"),
  });
  const transport = createHttpTransport(route);
  return new ApiClient({
    transport,
    authorization,
    ...(onRequest === undefined ? {} : { onRequest }),
  });
}

function endpointConnection(
  endpoint: string,
  tls: ConnectionOptions["tls"],
  { readFile }: ConfigSources,
): Connection {
  const server = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (server?.protocol !== "http:" && server?.protocol !== "https:") {
    throw new ConnectionConfigError(`endpoint "${endpoint}" is no http:// or https:// URL`);
  }
  return {
    server,
    tls: async () =>
      tls === undefined
        ? {}
        : {
            ca: await readFile(tls.caFile),
            cert: await readFile(tls.certFile),
            key: await readFile(tls.keyFile),
          },
    authorization: async () => undefined,
  };
}
