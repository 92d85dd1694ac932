import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { containerLogFolder } from "../pods/log-paths.ts";
import { type LogQuery, lastLines, logQuery, shown } from "./log-query.ts";

const lookEveryMs = 100;

export interface LogSource {
  readonly logFolder: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether it may still write. */
  readonly isRunning: () => boolean;
}

/** Sends a container's log, and goes on with what it writes for as long as it is asked to follow. */
export async function serveLogs(
  response: ServerResponse,
  source: LogSource,
  parameters: URLSearchParams,
): Promise<void> {
  const { container, pod } = source;
  const query = logQuery(parameters, Date.now());
  const folder = containerLogFolder(source.logFolder, source.namespace, pod, container);
  const file = folder && chosenFile(folder, query.previous);
  if (file === undefined) {
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
    const which = query.previous ? "previous terminated container" : "container";
    response.end(
      `${which} "${container}" in pod "${pod}" ${query.previous ? "not found" : "is waiting to start: ContainerCreating"}\n`,
    );
    return;
  }
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.flushHeaders();
  try {
    await copy(file, query, response, source.isRunning);
  } finally {
    response.end();
  }
}

/** The newest log of a container, or the one before it. */
function chosenFile(folder: string, isPrevious: boolean): string | undefined {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
    const numbers = names.map((name) => Number.parseInt(name, 10));
    const name = numbers.toSorted((one, other) => other - one)[isPrevious ? 1 : 0];
    return name === undefined ? undefined : join(folder, `${name}.log`);
  } catch {
    return undefined;
  }
}

async function copy(
  file: string,
  query: LogQuery,
  response: ServerResponse,
  isRunning: () => boolean,
): Promise<void> {
  let fd = openSync(file, "r");
  try {
    let at = 0;
    let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
    for (let isFirst = true; ; isFirst = false) {
      // Asked before the file is read: what it has written by then is sent.
      const isOver = !isRunning() || hasNewer(file);
      const isFull = isAnother(file, fd);
      const { text, bytes } = readEntries(fd, at);
      at += bytes;
      const entries = isFirst ? lastLines(text, query.tailLines) : text;
      const body = Buffer.from(shown(entries, query), "latin1").subarray(0, left);
      left -= body.length;
      if (body.length > 0) response.write(body);
      if (!query.follow || left <= 0 || response.destroyed) return;
      if (isFull) {
        const next = openSync(file, "r");
        closeSync(fd);
        fd = next;
        at = 0;
      } else if (isOver) return;
      else await sleep(lookEveryMs);
    }
  } finally {
    closeSync(fd);
  }
}

/** Complete entries from an offset on. */
function readEntries(fd: number, at: number): { readonly text: string; readonly bytes: number } {
  const chunks: Buffer[] = [];
  for (let offset = at; ; ) {
    const chunk = Buffer.alloc(65_536);
    const length = readSync(fd, chunk, 0, chunk.length, offset);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    offset += length;
  }
  const text = Buffer.concat(chunks).toString("latin1");
  const end = text.lastIndexOf("\n") + 1;
  return { text: text.slice(0, end), bytes: end };
}

/** Whether the file has been begun anew since it was opened; one that has been deleted has not. */
function isAnother(file: string, fd: number): boolean {
  const now = statSync(file, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== fstatSync(fd).ino;
}

/** Whether the container has begun a log after this one. */
function hasNewer(file: string): boolean {
  const number = Number.parseInt(file.slice(file.lastIndexOf("/") + 1), 10);
  return (
    statSync(join(dirname(file), `${number + 1}.log`), { throwIfNoEntry: false }) !== undefined
  );
}
