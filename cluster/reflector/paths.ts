import type { Kind, WatchSelection } from "../contract.ts";

const resources: { readonly [K in Kind]: string } = {
  Service: "/api/v1/services",
  EndpointSlice: "/apis/discovery.k8s.io/v1/endpointslices",
  Namespace: "/api/v1/namespaces",
  Pod: "/api/v1/pods",
  Node: "/api/v1/nodes",
  ServiceCIDR: "/apis/networking.k8s.io/v1/servicecidrs",
};

export interface ListQuery {
  readonly resourceVersion: string;
  readonly limit?: number;
  readonly continueToken?: string;
}

export interface WatchQuery {
  readonly resourceVersion: string;
  /** The server ends the watch after that time. */
  readonly timeoutSeconds: number;
  /** WatchList: begin with all objects and mark where they end. */
  readonly sendInitialEvents?: boolean;
}

/** Path and query of one page. A continue token implies its resource version, which must not be sent beside it. */
export function listPath(selection: WatchSelection, query: ListQuery): string {
  return withQuery(selection, {
    limit: query.limit?.toString(),
    continue: query.continueToken,
    resourceVersion: query.continueToken === undefined ? query.resourceVersion : undefined,
  });
}

/** Path and query of a watch with bookmarks. */
export function watchPath(selection: WatchSelection, query: WatchQuery): string {
  return withQuery(selection, {
    watch: "true",
    allowWatchBookmarks: "true",
    sendInitialEvents: query.sendInitialEvents ? "true" : undefined,
    resourceVersionMatch: query.sendInitialEvents ? "NotOlderThan" : undefined,
    resourceVersion: query.resourceVersion,
    timeoutSeconds: query.timeoutSeconds.toString(),
  });
}

function withQuery(
  { kind, labelSelector, fieldSelector }: WatchSelection,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ labelSelector, fieldSelector, ...parameters })) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? resources[kind] : `${resources[kind]}?${text}`;
}
