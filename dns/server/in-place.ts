/** What the answerers of the fast path share: the memory they work in, and whom they tell. */

/** The query needs the plugin chain. */
export const DEFER = -1;
/** The compiled answers say nothing of the name; what stands before them in the chain may. */
export const OPEN = -2;
export const HEADER_BYTES = 12;
/** Copies move whole words and may write this far behind their end. */
export const COPY_SLACK_BYTES = 8;

/** Memory that holds queries: one buffer in three views. */
export interface QueryMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly view: DataView;
}

/** The three views of a buffer whose start is word aligned. */
export function memoryOf({ buffer, byteOffset, byteLength }: Uint8Array): QueryMemory {
  return {
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
    words: new Int32Array(buffer, byteOffset, byteLength >> 2),
    view: new DataView(buffer, byteOffset, byteLength),
  };
}

/** Whose answers the fast path gives: indexes into QueryCounts.plugins. */
export const FAST_PATH_PLUGINS = ["", "kubernetes", "cache"] as const;
export const KUBERNETES = 1;
export const CACHE = 2;

/** Told of every answer given, before it is sent. Implemented over typed arrays; must not allocate. */
export interface AnswerObserver {
  /** @param place row of the counters; @param plugin index into FAST_PATH_PLUGINS */
  count(
    place: number,
    type: number,
    rcode: number,
    dnssecOk: boolean,
    requestBytes: number,
    responseBytes: number,
    plugin: number,
  ): void;
}
