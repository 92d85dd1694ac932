import { ApiProtocolError } from "../api/errors.ts";
import type { Kind } from "../contract.ts";
import type { ReflectorContext } from "./context.ts";
import { ListScanner } from "./list-scanner.ts";
import { type ListQuery, listPath } from "./paths.ts";
import { Turns } from "./turns.ts";

/** A list that brings nothing for that long is given up; the API server itself ends requests after 60 s. */
const IDLE_TIMEOUT_MS = 60_000;

export interface ListMeta {
  readonly resourceVersion: string;
  /** "" on the last page. */
  readonly continueToken: string;
  /** How many objects the pages behind this one hold, where the server counts them: it does so without selectors. */
  readonly remainingItemCount: number | undefined;
}

/** Reads one page and hands on each item as it comes. Throws ApiRequestError and ApiProtocolError. */
export async function readListPage<K extends Kind>(
  context: ReflectorContext<K>,
  query: ListQuery,
  onItem: (item: unknown) => void,
  signal: AbortSignal,
): Promise<ListMeta> {
  const { client, metrics, selection } = context;
  const path = listPath(selection, query);
  const body = await client.get(path, { signal, idleTimeoutMs: IDLE_TIMEOUT_MS, gzip: true });
  const scanner = new ListScanner(onItem);
  const turns = new Turns();
  for await (const chunk of body) {
    metrics.bytes += chunk.length;
    scanner.push(chunk);
    await turns.give();
  }
  return readListMeta(scanner.finish(), path);
}

interface ListMetaJson {
  readonly resourceVersion?: unknown;
  readonly continue?: unknown;
  readonly remainingItemCount?: unknown;
}

function readListMeta(head: Readonly<Record<string, unknown>>, path: string): ListMeta {
  const metadata = head.metadata as ListMetaJson | null | undefined;
  if (typeof metadata?.resourceVersion !== "string") {
    throw new ApiProtocolError(
      `the answer to ${path} is no list: it has no metadata.resourceVersion`,
    );
  }
  const { resourceVersion, continue: next, remainingItemCount: remaining } = metadata;
  const continueToken = typeof next === "string" ? next : "";
  const remainingItemCount = typeof remaining === "number" ? remaining : undefined;
  return { resourceVersion, continueToken, remainingItemCount };
}
