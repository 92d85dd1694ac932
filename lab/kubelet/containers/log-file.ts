import { closeSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export type LogStream = "stdout" | "stderr";

/** Longest part of a line in one entry; longer lines are cut into several, as containerd cuts them. */
const longestPart = 16_384;

/** Size at which a log is begun anew; kubelet's containerLogMaxSize. */
const defaultMaxBytes = 10 * 1024 * 1024;

/**
 * A container's output in the format of CRI: `TIME STREAM F|P TEXT`, a line each. A file that is full is kept under its
 * name and `.1`, in place of the one before it.
 */
export class LogFile {
  readonly #file: string;
  readonly #maxBytes: number;
  #fd: number;
  #bytes = 0;
  readonly #rest: Record<LogStream, string> = { stdout: "", stderr: "" };
  readonly #now: () => number;

  constructor(file: string, now: () => number, maxBytes = defaultMaxBytes) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#fd = openSync(file, "a", 0o640);
    this.#now = now;
  }

  write(stream: LogStream, chunk: Buffer): void {
    const { entries, rest } = logEntries(
      stream,
      this.#rest[stream] + chunk.toString("latin1"),
      this.#now(),
    );
    this.#rest[stream] = rest;
    if (entries === "") return;
    this.#bytes += writeSync(this.#fd, entries, null, "latin1");
    if (this.#bytes < this.#maxBytes) return;
    closeSync(this.#fd);
    renameSync(this.#file, `${this.#file}.1`);
    this.#fd = openSync(this.#file, "a", 0o640);
    this.#bytes = 0;
  }

  /** Writes what has no end of line. */
  close(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#rest[stream];
      if (rest !== "") writeSync(this.#fd, entry(stream, "F", rest, this.#now()), null, "latin1");
    }
    closeSync(this.#fd);
  }
}

/** Complete lines of a text as entries, and what is left of it. */
export function logEntries(
  stream: LogStream,
  text: string,
  nowMs: number,
): { readonly entries: string; readonly rest: string } {
  const lines = text.split("\n");
  let rest = lines.pop() ?? "";
  const entries = lines.map((line) => cut(stream, line, nowMs, "F"));
  if (rest.length > longestPart) {
    const whole = rest.length - (rest.length % longestPart);
    entries.push(cut(stream, rest.slice(0, whole), nowMs, "P"));
    rest = rest.slice(whole);
  }
  return { entries: entries.join(""), rest };
}

function cut(stream: LogStream, line: string, nowMs: number, last: "F" | "P"): string {
  let entries = "";
  let at = 0;
  for (; line.length - at > longestPart; at += longestPart)
    entries += entry(stream, "P", line.slice(at, at + longestPart), nowMs);
  return entries + entry(stream, last, line.slice(at), nowMs);
}

function entry(stream: LogStream, tag: "F" | "P", text: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace("Z", "000000Z");
  return `${time} ${stream} ${tag} ${text}\n`;
}
