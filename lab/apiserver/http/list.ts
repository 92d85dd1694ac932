import type { ListPage } from "../rest/reader.ts";
import type { Exchange } from "./exchange.ts";
import type { Presentation } from "./presentation/contract.ts";

/** How much text is gathered before it is written: fewer, larger writes without one string for all. */
const pieceLength = 64 * 1024;

/** Streams a list as JSON. */
export async function writeList(
  exchange: Exchange,
  presentation: Presentation,
  page: ListPage,
): Promise<void> {
  exchange.begin(200, "application/json");
  let piece = presentation.listHead(page);
  for (const [index, stored] of page.items.entries()) {
    if (index > 0) piece += ",";
    piece += presentation.item(stored);
    if (piece.length < pieceLength) continue;
    const flowing = exchange.write(piece);
    piece = "";
    if (!flowing) await exchange.drained();
    if (exchange.gone.aborted) return;
  }
  exchange.end(piece + presentation.listEnd);
}
