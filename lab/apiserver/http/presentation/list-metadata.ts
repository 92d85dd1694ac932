import type { ListPage } from "../../rest/reader.ts";

/** ListMeta of meta/v1. */
export function listMetadata(
  page: Pick<ListPage, "revision" | "continue" | "remainingItemCount">,
): object {
  return {
    resourceVersion: String(page.revision),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remainingItemCount === undefined
      ? {}
      : { remainingItemCount: page.remainingItemCount }),
  };
}
