import type { Stored } from "../../contract.ts";
import type { ListPage } from "../../rest/reader.ts";

/**
 * How objects are written out for one request: whole, by their metadata, or as rows of a table. Texts are JSON. A
 * presentation may remember what it has written, as a watch's table does with its columns: one for each request.
 */
export interface Presentation {
  /** The answer of get and writes. */
  one(stored: Stored): string;
  /** What begins a list up to its first item; the items follow, separated by commas, and then listEnd. */
  listHead(page: Pick<ListPage, "revision" | "continue" | "remainingItemCount">): string;
  item(stored: Stored): string;
  readonly listEnd: string;
  /** The object of a watch event. */
  watched(stored: Stored): string;
  /** The object of a bookmark. */
  bookmark(metadata: object): string;
}
