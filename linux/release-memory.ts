import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadFunctions } from "./ffi.ts";

/** How much a heap may grow, in percent of what lives in it, before it is collected; V8 would let it double. */
const growthPercent = 25;

/** Probes that wait for the end of a start are answered first. */
const afterStartMs = 1_000;

type Collect = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

/**
 * Gives back to the system what a start has left behind, and keeps the heap of this thread near what lives in it from
 * now on. For a daemon that has just read its whole world in: more than half of its memory is then garbage that nothing
 * would ever make V8 or the C library give back. Takes some 2 ms for each MB that lives.
 */
export function releaseMemory(): void {
  // Node shows the collector to those who ask for it with a flag alone, and a new context looks at the flags anew.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  trimAllocator();
}

/** releaseMemory() a second after what this thread is at now, if the process still runs then. */
export function releaseMemoryLater(): void {
  setImmediate(() => setTimeout(releaseMemory, afterStartMs).unref());
}

interface Allocator {
  malloc_trim(keptBytes: number): number;
}

/** What malloc() keeps of the buffers that lists came in; malloc_trim(3) is glibc's. */
function trimAllocator(): void {
  let allocator: Allocator;
  try {
    allocator = loadFunctions<Allocator>({ malloc_trim: "int malloc_trim(size_t)" });
  } catch {
    // Another C library: its memory stays where it is.
    return;
  }
  allocator.malloc_trim(0);
}
