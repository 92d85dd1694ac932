import type { Logger } from "#observe/contract.ts";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { ClusterSource, StateWriter } from "../contract.ts";
import { Pool } from "../objects/pool.ts";
import { ManifestFeed, manifestKinds } from "./feed.ts";
import { ManifestFiles } from "./files.ts";

export interface ManifestDirectorySourceOptions {
  readonly directory: string;
  readonly pollIntervalMs: number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/**
 * Follows a directory of manifests, for use without Kubernetes. A file is taken as a whole or not at all: one with a
 * fault is logged and keeps its last good objects. Synced once every file has been good, so that a name in a faulty
 * file is unknown yet rather than denied.
 */
export function createManifestDirectorySource(
  options: ManifestDirectorySourceOptions,
): ClusterSource {
  const { directory, pollIntervalMs, logger, clock = systemClock } = options;
  return {
    async run(writer: StateWriter, signal: AbortSignal): Promise<void> {
      for (const kind of manifestKinds) writer.expect(kind);
      const files = new ManifestFiles(directory, new Pool(), logger);
      const feed = new ManifestFeed(writer, logger);
      let isSynced = false;
      while (!signal.aborted) {
        if (await files.refresh()) feed.apply(files.manifests());
        if (!isSynced && files.isComplete) {
          isSynced = true;
          for (const kind of manifestKinds) writer.markSynced(kind);
        }
        if (isSynced) for (const kind of manifestKinds) writer.vouch(kind);
        await clock.sleep(pollIntervalMs, signal);
      }
    },
  };
}
