import { addressOf } from "./ffi.ts";

/** Memory whose address the kernel is given. */
export interface PinnedMemory {
  readonly bytes: Buffer;
  readonly address: number;
}

/**
 * A raw address keeps nothing alive: memory that only the kernel uses would be collected under its hands. What is
 * in this set is not.
 */
const pinned = new Set<Buffer>();

/**
 * Zeroed memory at a fixed address, held until unpin(). It never crosses a multiple of 4 GiB, so that pointers into
 * it differ in their low 32 bits only.
 */
export function pin(sizeBytes: number): PinnedMemory {
  const unsuited: Buffer[] = [];
  for (;;) {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes).fill(0);
    const address = addressOf(bytes);
    if (!crosses4GiB(address, sizeBytes)) {
      pinned.add(bytes);
      return { bytes, address };
    }
    // Held during the search, or the allocator would hand out the same place again.
    unsuited.push(bytes);
  }
}

/** Lets go of the memory. No kernel structure may point to it any more. */
export function unpin(memory: PinnedMemory): void {
  pinned.delete(memory.bytes);
}

/** Whether the region has bytes on both sides of a multiple of 2^32. */
export function crosses4GiB(address: number, sizeBytes: number): boolean {
  return Math.floor(address / 2 ** 32) !== Math.floor((address + sizeBytes - 1) / 2 ** 32);
}

/** The pointer's lower 32 bits as the signed word that an Int32Array takes. */
export function lowWord(address: number): number {
  return address | 0;
}

/** The pointer's upper 32 bits. */
export function highWord(address: number): number {
  return Math.floor(address / 2 ** 32);
}
