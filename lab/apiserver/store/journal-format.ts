/**
 * The lines of a store's file, each a JSON object: first a header with a revision, then the objects as they were at it in the
 * order of their revisions, then every write since. Pure functions.
 */
import { FairleadError } from "#observe/errors.ts";
import type { KubeObject } from "../contract.ts";
import { isRecord } from "../schema/json.ts";

/** One write: what a key of a collection holds from a revision on, which is nothing once it is removed. */
export interface JournalEntry {
  readonly revision: number;
  readonly collection: string;
  readonly key: string;
  readonly object: KubeObject | undefined;
}

export interface JournalContent {
  /** The state before the writes, and its revision. */
  readonly revision: number;
  readonly state: readonly JournalEntry[];
  readonly writes: readonly JournalEntry[];
  /** How much of the file counts; behind it is a write that was cut off, which nobody was told of. */
  readonly sizeBytes: number;
}

const format = "fairlead apiserver store";
const version = 1;

export function headerLine(revision: number): string {
  return `${JSON.stringify({ format, version, revision })}\n`;
}

/** `text` is the object's JSON; undefined removes. */
export function entryLine(
  { revision, collection, key }: Omit<JournalEntry, "object">,
  text: string | undefined,
): string {
  const place = `{"revision":${revision},"collection":${JSON.stringify(collection)},"key":${JSON.stringify(key)}`;
  return text === undefined ? `${place}}\n` : `${place},"object":${text}}\n`;
}

/** @param file its path, for messages @throws FairleadError FL-A005 naming the line that is none of the above */
export function parseJournal(bytes: Buffer, file: string): JournalContent {
  const sizeBytes = bytes.lastIndexOf("\n") + 1;
  const lines = bytes.toString("utf8", 0, sizeBytes).split("\n").slice(0, -1);
  const revision = readHeader(lines[0] ?? "", file);
  const state: JournalEntry[] = [];
  const writes: JournalEntry[] = [];
  let latest = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const entry = readEntry(line, `${file}:${index + 1}`);
    if (entry.revision <= latest)
      throw unreadable(`${file}:${index + 1}`, `revision ${entry.revision} is behind ${latest}`);
    latest = entry.revision;
    (entry.revision <= revision ? state : writes).push(entry);
  }
  return { revision, state, writes, sizeBytes };
}

function readHeader(line: string, file: string): number {
  const header = readLine(line, `${file}:1`);
  const { format: named, version: numbered, revision } = header;
  if (named !== format) throw unreadable(`${file}:1`, "the file does not begin as a store does");
  if (numbered !== version)
    throw unreadable(`${file}:1`, `version ${numbered} is unknown, ${version} is what is read`);
  if (!Number.isSafeInteger(revision)) throw unreadable(`${file}:1`, "there is no revision");
  return Number(revision);
}

function readEntry(line: string, at: string): JournalEntry {
  const { revision, collection, key, object } = readLine(line, at);
  const isWhole =
    Number.isSafeInteger(revision) && typeof collection === "string" && typeof key === "string";
  if (!isWhole) throw unreadable(at, "a write has a revision, a collection and a key");
  if (object !== undefined && !(isRecord(object) && isRecord(object.metadata)))
    throw unreadable(at, "its object is none");
  // Decoding border: it was written from an object that had been checked.
  return { revision: Number(revision), collection, key, object: object as KubeObject | undefined };
}

function readLine(line: string, at: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(line);
    if (isRecord(read)) return read;
  } catch {
    // Falls through to the refusal.
  }
  throw unreadable(at, "the line is no JSON object");
}

function unreadable(at: string, why: string): FairleadError {
  const remedy = "give a file that `fairlead apiserver --store-file` wrote, or none yet";
  return new FairleadError("FL-A005", `${at}: ${why}: ${remedy}`);
}
