import { once } from "node:events";
import type { Logger } from "#observe/contract.ts";
import type { ApiServer, ListenAddress } from "./contract.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifests } from "./manifests/apply.ts";
import { parseManifests } from "./manifests/parse.ts";
import { readManifestDirectory } from "./manifests/read-directory.ts";
import { createApiServer } from "./server.ts";

export interface RunOptions {
  readonly address: ListenAddress;
  readonly serviceClusterIpRanges: readonly string[];
  /** Directory whose manifests are applied before anyone is served. */
  readonly manifests?: string;
  /** File to write a kubeconfig to. */
  readonly kubeconfig?: string;
}

/**
 * Serves until the signal aborts; `say` gets one line once clients are served.
 * @throws FairleadError FL-A001 for flags and addresses, FL-C003 for manifests
 */
export async function runApiServer(
  options: RunOptions,
  say: (line: string) => void,
  stop: AbortSignal,
  logger: Logger,
): Promise<void> {
  const server = createApiServer({
    serviceClusterIpRanges: options.serviceClusterIpRanges,
    logger,
  });
  try {
    const count =
      options.manifests === undefined ? 0 : await loadManifests(server, options.manifests);
    await server.listen(options.address);
    if (options.kubeconfig !== undefined) await writeKubeconfig(options.kubeconfig, server.url);
    say(
      `fairlead apiserver: serving ${server.url}${count === 0 ? "" : ` with ${count} objects from ${options.manifests}`}`,
    );
    if (!stop.aborted) await once(stop, "abort");
  } finally {
    await server.close();
  }
}

/** Applies a directory and waits for what the controllers make of it. The answer is the number of objects. */
async function loadManifests(server: ApiServer, directory: string): Promise<number> {
  const files = await readManifestDirectory(directory);
  const manifests = files.flatMap(parseManifests);
  applyManifests(server.objects, manifests);
  await server.settled();
  return manifests.length;
}
