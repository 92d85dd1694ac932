import type { ListPage } from "../rest/reader.ts";
import type { Exchange } from "./exchange.ts";
import type { Presentation } from "./presentation/contract.ts";

/** How much text is gathered before it is written: fewer, larger writes without one string for all. */
const pieceLength = 64 * 1024;

/** Lists from this size on are compressed for clients that take it, as with kube-apiserver. */
const compressedLength = 128 * 1024;

/** Streams a list as JSON. */
export async function writeList(
  exchange: Exchange,
  presentation: Presentation,
  page: ListPage,
): Promise<void> {
  if (isLarge(page)) exchange.compress();
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

function isLarge({ items }: ListPage): boolean {
  let length = 0;
  return items.some(({ text }) => {
    length += text.length;
    return length >= compressedLength;
  });
}
