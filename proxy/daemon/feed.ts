import type { ApiClient } from "#cluster/api/client.ts";
import type { StateWriter, WatchSelection } from "#cluster/contract.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import type { FollowSource } from "#cluster/reflector/watch-metrics.ts";
import type { Logger } from "#observe/contract.ts";

interface FeedOptions {
  readonly nodeName: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Shows how the watches do, and what could not be read. */
  readonly followSource: FollowSource;
}

/** Follows what a proxy reads, until the signal aborts. Objects of no concern to it stay with the server. */
export function followCluster(
  client: ApiClient,
  writer: StateWriter,
  { nodeName, logger, signal, followSource }: FeedOptions,
): Promise<void> {
  const source = createApiServerSource({ client, selections: selectionsOf(nodeName), logger });
  followSource(source);
  return source.run(writer, signal);
}

function selectionsOf(nodeName: string): readonly WatchSelection[] {
  const labelSelector = "!service.kubernetes.io/headless";
  return [
    { kind: "Service", labelSelector },
    { kind: "EndpointSlice", labelSelector },
    { kind: "Node", fieldSelector: `metadata.name=${nodeName}` },
    { kind: "ServiceCIDR", mayBeMissing: true },
  ];
}
