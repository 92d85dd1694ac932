import { ApiRequestError } from "../api/errors.ts";
import { isExpired } from "../api/status.ts";
import type { Kind, KindTypes } from "../contract.ts";
import { decodeOrReuse, type ReflectorContext } from "./context.ts";
import { readListPage } from "./list-page.ts";
import type { ListQuery } from "./paths.ts";

/** Objects a page; client-go's default. */
const PAGE_SIZE = 500;

/** All objects of a kind as of one resource version. */
export interface Listing<K extends Kind> {
  readonly objects: Iterable<KindTypes[K]>;
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
  const collect = (item: unknown) => {
    const object = decodeOrReuse(context, item);
    if (object !== undefined) objects.push(object);
  };
  let page = await readListPage(context, first, collect, signal);
  const { resourceVersion } = page;
  while (page.continueToken !== "") {
    onContinue();
    const query = { ...first, limit: PAGE_SIZE, continueToken: page.continueToken };
    page = await readListPage(context, query, collect, signal);
  }
  return { objects, resourceVersion };
}
