import type { ResourceRow } from "../contract.ts";
import { apiVersionOf } from "../resources/table.ts";
import type { ListPage } from "../rest/reader.ts";
import type { Exchange } from "./exchange.ts";

/** How much text is gathered before it is written: fewer, larger writes without one string for all. */
const pieceLength = 64 * 1024;

/** Streams a list as JSON. Items lack apiVersion and kind, as kube-apiserver's do for its own kinds. */
export async function writeList(
  exchange: Exchange,
  row: ResourceRow,
  page: ListPage,
): Promise<void> {
  exchange.begin(200, "application/json");
  const head = itemHead(row);
  let piece = `${listHead(row, page)}[`;
  for (const [index, { text }] of page.items.entries()) {
    piece += index === 0 ? "{" : ",{";
    piece += text.slice(head.length);
    if (piece.length < pieceLength) continue;
    const flowing = exchange.write(piece);
    piece = "";
    if (!flowing) await exchange.drained();
    if (exchange.gone.aborted) return;
  }
  exchange.end(`${piece}]}\n`);
}

/** How the text of every object of the kind begins (StoredObject.text): what list items leave out. */
function itemHead(row: ResourceRow): string {
  return `{"apiVersion":${JSON.stringify(apiVersionOf(row))},"kind":${JSON.stringify(row.kind)},`;
}

function listHead(row: ResourceRow, page: ListPage): string {
  const metadata = JSON.stringify({
    resourceVersion: String(page.revision),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remainingItemCount === undefined
      ? {}
      : { remainingItemCount: page.remainingItemCount }),
  });
  return `{"kind":${JSON.stringify(`${row.kind}List`)},"apiVersion":${JSON.stringify(apiVersionOf(row))},"metadata":${metadata},"items":`;
}
