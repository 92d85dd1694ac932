import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { hasErrno } from "#observe/errno.ts";
import { FairleadError } from "#observe/errors.ts";
import {
  entryLine,
  headerLine,
  type JournalContent,
  type JournalEntry,
  parseJournal,
} from "./journal-format.ts";

/** A state as lines: what a compacted file begins with. */
export interface Snapshot {
  readonly revision: number;
  /** Entries with the JSON of their objects, in the order of revisions. */
  readonly entries: Iterable<readonly [Omit<JournalEntry, "object">, string]>;
}

/** Writes in a file are gathered up to this before it is worth to write the state anew. */
const smallestCompactionBytes = 8 * 1024 * 1024;
const pieceLength = 256 * 1024;

/**
 * The file that a store's writes go to before anyone is told of them. The kernel has them then: the process may be killed at
 * any instant. (A machine that loses power loses the last seconds: nothing waits for the disk.)
 */
export class Journal {
  readonly #file: string;
  readonly #smallestCompactionBytes: number;
  #descriptor: number | undefined;
  #sizeBytes = 0;
  #compactAtBytes = 0;

  private constructor(file: string, compactionBytes: number) {
    this.#file = file;
    this.#smallestCompactionBytes = compactionBytes;
  }

  /**
   * Opens the file, or begins it where there is none. The answer holds what was in it.
   * @throws FairleadError FL-A005 when it cannot be read or written, or is no store's
   */
  static open(
    file: string,
    initialRevision: number,
    compactionBytes = smallestCompactionBytes,
  ): { readonly journal: Journal; readonly content: JournalContent } {
    const journal = new Journal(file, compactionBytes);
    try {
      const bytes = readIfThere(file);
      if (bytes === undefined) {
        journal.compact({ revision: initialRevision, entries: [] });
        const content = { revision: initialRevision, state: [], writes: [], sizeBytes: 0 };
        return { journal, content };
      }
      const content = parseJournal(bytes, file);
      journal.#use(openSync(file, "r+"), content.sizeBytes, content.sizeBytes);
      return { journal, content };
    } catch (error) {
      if (error instanceof FairleadError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new FairleadError("FL-A005", `the store's file cannot be used: ${why}`, {
        cause: error,
      });
    }
  }

  /** Whether so much was written that the state itself is shorter. */
  get isLong(): boolean {
    return this.#sizeBytes >= this.#compactAtBytes;
  }

  /** Appends a write; when it fails nothing was written. `text` is the object's JSON; undefined removes. */
  append(entry: Omit<JournalEntry, "object">, text: string | undefined): void {
    if (this.#descriptor === undefined) throw new Error("the store's file is closed");
    const bytes = Buffer.from(entryLine(entry, text));
    try {
      writeWhole(this.#descriptor, bytes, this.#sizeBytes);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#sizeBytes);
      throw error;
    }
    this.#sizeBytes += bytes.length;
  }

  /** Begins the file anew with a state; until that is complete the old one stays. */
  compact(snapshot: Snapshot): void {
    const written = `${this.#file}.new`;
    const descriptor = openSync(written, "w+", 0o600);
    try {
      const sizeBytes = writeSnapshot(descriptor, snapshot);
      fsyncSync(descriptor);
      renameSync(written, this.#file);
      this.#use(descriptor, sizeBytes, sizeBytes);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #use(descriptor: number, sizeBytes: number, stateBytes: number): void {
    this.close();
    this.#descriptor = descriptor;
    this.#sizeBytes = sizeBytes;
    this.#compactAtBytes = stateBytes + Math.max(this.#smallestCompactionBytes, stateBytes);
    // What a killed process left of a write.
    ftruncateSync(descriptor, sizeBytes);
  }
}

/** The answer is the number of bytes. */
function writeSnapshot(descriptor: number, { revision, entries }: Snapshot): number {
  let sizeBytes = 0;
  let piece = headerLine(revision);
  const flush = () => {
    const bytes = Buffer.from(piece);
    writeWhole(descriptor, bytes, sizeBytes);
    sizeBytes += bytes.length;
    piece = "";
  };
  for (const [entry, text] of entries) {
    piece += entryLine(entry, text);
    if (piece.length > pieceLength) flush();
  }
  flush();
  return sizeBytes;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

function writeWhole(descriptor: number, bytes: Buffer, position: number): void {
  let done = 0;
  while (done < bytes.length)
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}
