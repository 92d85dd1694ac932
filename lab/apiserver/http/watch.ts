import { expired, type StatusError } from "../status.ts";
import type { Watch } from "../store/watch.ts";
import type { Exchange } from "./exchange.ts";
import type { Presentation } from "./presentation/contract.ts";
import { WatchClock } from "./watch-clock.ts";

/** How much text of waiting events goes out in one write. */
const pieceLength = 64 * 1024;

export interface WatchStreamOptions {
  readonly timeoutMs: number;
  /** Undefined when the client did not ask for bookmarks. */
  readonly bookmarkIntervalMs: number | undefined;
  /** Whether the end of the initial events is marked with an annotated bookmark (sendInitialEvents). */
  readonly marksInitialEnd: boolean;
  /** The revision that a watch which has read everything is at. */
  readonly revision: () => number;
  /** Ends the stream when the server closes. */
  readonly closing: AbortSignal;
}

/**
 * Streams a watch, one JSON event a line, until it times out, the client or the server goes, or events were missed;
 * the latter is said with an ERROR event that carries a 410 Status.
 */
export async function writeWatch(
  exchange: Exchange,
  presentation: Presentation,
  watch: Watch,
  options: WatchStreamOptions,
): Promise<void> {
  const clock = new WatchClock(options);
  const ended = AbortSignal.any([exchange.gone, options.closing]);
  const wake = () => clock.wake();
  const stopReading = watch.onReadable(wake);
  ended.addEventListener("abort", wake);
  let initialEndDue = options.marksInitialEnd;
  try {
    exchange.begin(200, "application/json");
    while (!ended.aborted) {
      const read = readPiece(watch, presentation);
      if (read === "compacted") {
        exchange.write(
          errorLine(expired("too old resource version: the events behind it are compacted")),
        );
        return;
      }
      if (read !== "") {
        if (!exchange.write(read)) await exchange.drained();
        continue;
      }
      // Nothing was awaited since the read, so all up to the present revision has been sent.
      if (initialEndDue) exchange.write(bookmarkLine(presentation, options.revision(), initialEnd));
      else if (clock.takeBookmarkDue())
        exchange.write(bookmarkLine(presentation, options.revision()));
      initialEndDue = false;
      if (clock.timedOut) return;
      await clock.asleep();
    }
  } finally {
    clock.stop();
    ended.removeEventListener("abort", wake);
    stopReading();
    exchange.end();
  }
}

const initialEnd = { "k8s.io/initial-events-end": "true" };

/** As many waiting events as make one write, "" when there are none. */
function readPiece(watch: Watch, presentation: Presentation): string | "compacted" {
  let piece = "";
  while (piece.length < pieceLength) {
    const event = watch.next();
    if (event === "compacted") return piece === "" ? "compacted" : piece;
    if (event === undefined) return piece;
    piece += `{"type":"${event.type}","object":${presentation.watched(event.stored)}}\n`;
  }
  return piece;
}

function bookmarkLine(
  presentation: Presentation,
  revision: number,
  annotations?: Readonly<Record<string, string>>,
): string {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  };
  return `{"type":"BOOKMARK","object":${presentation.bookmark(metadata)}}\n`;
}

function errorLine(error: StatusError): string {
  return `${JSON.stringify({ type: "ERROR", object: error.toStatus() })}\n`;
}
