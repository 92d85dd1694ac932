/** The flags that say which node this is and where the API server is. */
import { hostname } from "node:os";
import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { CommandIo } from "./contract.ts";
import type { GoFlag, GoFlagValues } from "./go-flags.ts";

export const nodeFlags: readonly GoFlag[] = [
  {
    name: "node-name",
    value: "NAME",
    help: "this node's (default $NODE_NAME, else the host name)",
  },
  {
    name: "kubeconfig",
    value: "FILE",
    help: "how the API server is reached (default: the service account)",
  },
  { name: "master", value: "URL", help: "the API server's address, in place of a kubeconfig" },
];

export function nodeNameOf(values: GoFlagValues, { env }: CommandIo): string {
  return values.get("node-name") ?? (env.NODE_NAME || hostname().trim().toLowerCase());
}

export function connectionOf(values: GoFlagValues): ConnectionOptions {
  const [endpoint, file] = [values.get("master"), values.get("kubeconfig")];
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(file !== undefined && { kubeconfig: { file } }),
  };
}
