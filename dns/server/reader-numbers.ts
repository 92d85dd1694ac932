import { MAX_READERS } from "../answers/layout.ts";
import type { ReaderNumbers } from "./contract.ts";

const MAIN_THREAD = 0;

/**
 * Two threads with one number would let go of what the other still reads. The main thread reads for one query at a
 * time, so that all of its listeners may share a number.
 */
export function createReaderNumbers(): ReaderNumbers {
  const free = Array.from({ length: MAX_READERS - 1 }, (_, index) => index + 1);
  return {
    main: MAIN_THREAD,
    take: () => free.shift(),
    giveBack(reader) {
      if (reader !== undefined) free.push(reader);
    },
  };
}
