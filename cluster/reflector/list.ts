import { ApiProtocolError, ApiRequestError } from "../api/errors.ts";
import { isExpired } from "../api/status.ts";
import type { Kind, KindTypes } from "../contract.ts";
import { decodeOrSkip, type ReflectorContext } from "./context.ts";
import { ListScanner } from "./list-scanner.ts";
import { type ListQuery, listPath } from "./paths.ts";

/** Objects a page; client-go's default. */
const PAGE_SIZE = 500;
/** A list that brings nothing for that long is given up; the API server itself ends requests after 60 s. */
const IDLE_TIMEOUT_MS = 60_000;

/** All objects of a kind as of one resource version. */
export interface Listing<K extends Kind> {
  readonly objects: readonly KindTypes[K][];
  readonly resourceVersion: string;
}

/**
 * Lists everything at least as new as `resourceVersion`. "0" and a known version are served from the API server's
 * watch cache, where a limit has no use and would turn the known version into an exact one; "" is the consistent read
 * from etcd and comes in pages. When the pages' snapshot expires meanwhile, the list is read anew in one piece.
 */
export async function listAll<K extends Kind>(
  context: ReflectorContext<K>,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<Listing<K>> {
  context.metrics.lists++;
  if (resourceVersion !== "") return readPages(context, { resourceVersion }, signal);
  let paging = false;
  try {
    const query = { resourceVersion, limit: PAGE_SIZE };
    return await readPages(context, query, signal, () => {
      paging = true;
    });
  } catch (error) {
    if (!paging || !(error instanceof ApiRequestError)) throw error;
    if (error.status === undefined || !isExpired(error.status)) throw error;
    return readPages(context, { resourceVersion }, signal);
  }
}

/** The first page's version counts: what changed while the others were read then comes by the watch as well. */
async function readPages<K extends Kind>(
  context: ReflectorContext<K>,
  first: ListQuery,
  signal: AbortSignal,
  onContinue: () => void = () => undefined,
): Promise<Listing<K>> {
  const objects: KindTypes[K][] = [];
  let page = await readPage(context, first, objects, signal);
  const { resourceVersion } = page;
  while (page.continueToken !== "") {
    onContinue();
    const query = { ...first, limit: PAGE_SIZE, continueToken: page.continueToken };
    page = await readPage(context, query, objects, signal);
  }
  return { objects, resourceVersion };
}

interface PageEnd {
  readonly resourceVersion: string;
  readonly continueToken: string;
}

async function readPage<K extends Kind>(
  context: ReflectorContext<K>,
  query: ListQuery,
  objects: KindTypes[K][],
  signal: AbortSignal,
): Promise<PageEnd> {
  const { client, metrics, selection } = context;
  const path = listPath(selection, query);
  const body = await client.get(path, { signal, idleTimeoutMs: IDLE_TIMEOUT_MS });
  const scanner = new ListScanner((item) => {
    const object = decodeOrSkip(context, item);
    if (object !== undefined) objects.push(object);
  });
  for await (const chunk of body) {
    metrics.bytes += chunk.length;
    scanner.push(chunk);
  }
  return readListMeta(scanner.finish(), path);
}

function readListMeta(head: Readonly<Record<string, unknown>>, path: string): PageEnd {
  const metadata = head.metadata as { resourceVersion?: unknown; continue?: unknown } | undefined;
  if (typeof metadata?.resourceVersion !== "string") {
    throw new ApiProtocolError(
      `the answer to ${path} is no list: it has no metadata.resourceVersion`,
    );
  }
  const continueToken = typeof metadata.continue === "string" ? metadata.continue : "";
  return { resourceVersion: metadata.resourceVersion, continueToken };
}
