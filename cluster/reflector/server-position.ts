import type { Kind } from "../contract.ts";
import type { ReflectorContext } from "./context.ts";
import { readListPage } from "./list-page.ts";

/** Where the server is with a kind. */
export interface ServerPosition {
  readonly resourceVersion: string;
  /** Objects at that version; undefined where the server does not count. */
  readonly count: number | undefined;
}

/** Asks by a consistent list of one object, which says the version and how many objects are behind it. */
export async function askPosition<K extends Kind>(
  context: ReflectorContext<K>,
  signal: AbortSignal,
): Promise<ServerPosition> {
  context.metrics.checks++;
  let items = 0;
  const page = await readListPage(
    context,
    { resourceVersion: "", limit: 1 },
    () => items++,
    signal,
  );
  const { resourceVersion, continueToken, remainingItemCount } = page;
  const behind = continueToken === "" ? 0 : remainingItemCount;
  return { resourceVersion, count: behind === undefined ? undefined : items + behind };
}
