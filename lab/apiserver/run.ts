import type { ListenAddress } from "./contract.ts";
import { createApiServer } from "./server.ts";

export interface RunOptions {
  readonly address: ListenAddress;
  readonly serviceClusterIpRanges: readonly string[];
  /** Directory whose manifests are applied before anyone is served. */
  readonly manifests?: string;
  /** File to write a kubeconfig to. */
  readonly kubeconfig?: string;
}

/** Serves until the signal aborts; `say` gets one line once clients are served. */
export async function runApiServer(
  options: RunOptions,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const server = createApiServer({ serviceClusterIpRanges: options.serviceClusterIpRanges });
  await server.listen(options.address);
  say(`fairlead apiserver: serving ${server.url}`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve());
  });
  await server.close();
}
