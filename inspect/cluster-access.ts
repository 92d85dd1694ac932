/** The API server as commands for people use it: with kubectl's configuration, over the client library. */
import type { KubeConfig } from "@kubernetes/client-node";
import { FairleadError } from "#observe/errors.ts";

export interface AccessOptions {
  /** Default: $KUBECONFIG, ~/.kube/config, the pod's service account. */
  readonly kubeconfig: string | undefined;
  /** Default: the file's current one. */
  readonly context: string | undefined;
}

/**
 * Loaded here and lazily: the library takes half a second.
 * @throws FairleadError FL-C004 when there is no such file or context, or no server in it
 */
export async function loadKubeConfig({ kubeconfig, context }: AccessOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const from = kubeconfig ?? process.env.KUBECONFIG ?? "~/.kube/config";
  const fail = (problem: string, cause?: unknown): never => {
    throw new FairleadError("FL-C004", problem, { cause });
  };
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    fail(`kubeconfig ${from}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context))
      fail(`kubeconfig ${from} has no context ${context}; it has ${names.join(", ") || "none"}`);
    config.setCurrentContext(context);
  }
  // What the library invents where it finds nothing: nobody asked for a server on this machine.
  if (config.getCurrentCluster()?.server === "http://localhost:8080")
    fail(`no kubeconfig found at ${from}: give one with -kubeconfig FILE or $KUBECONFIG`);
  return config;
}

/** Why a request of the library has failed: an errno's name, or what the server says. */
export function apiReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  const body = "body" in error ? error.body : undefined;
  if (typeof body === "string") return statusMessage(body) ?? error.message;
  return error.message;
}

/** Of a Status object (Kubernetes API conventions, "Response Status Kind"). */
function statusMessage(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
