import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "../contract.ts";
import { logFile } from "../pods/container-starter.ts";
import { type LogQuery, lastLines, logQuery, shown } from "./log-query.ts";

const lookEveryMs = 100;

/** Sends a container's log, and goes on with what it writes for as long as it is asked to follow. */
export async function serveLogs(
  response: ServerResponse,
  pod: Pod,
  container: string,
  parameters: URLSearchParams,
  logFolder: string,
): Promise<void> {
  const query = logQuery(parameters, Date.now());
  const file = chosenFile(dirname(logFile(logFolder, pod, container, 0)), query.previous);
  if (file === undefined) {
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
    const which = query.previous ? "previous terminated container" : "container";
    response.end(
      `${which} "${container}" in pod "${pod.metadata.name}" ${query.previous ? "not found" : "is waiting to start: ContainerCreating"}\n`,
    );
    return;
  }
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.flushHeaders();
  await copy(file, query, response);
  response.end();
}

/** The newest log of a container, or the one before it. */
function chosenFile(folder: string, isPrevious: boolean): string | undefined {
  try {
    const numbers = readdirSync(folder).map((name) => Number.parseInt(name, 10));
    const name = numbers.toSorted((one, other) => other - one)[isPrevious ? 1 : 0];
    return name === undefined ? undefined : join(folder, `${name}.log`);
  } catch {
    return undefined;
  }
}

async function copy(file: string, query: LogQuery, response: ServerResponse): Promise<void> {
  const fd = openSync(file, "r");
  try {
    let at = 0;
    let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
    for (let isFirst = true; ; isFirst = false) {
      const { text, bytes } = readEntries(fd, at);
      at += bytes;
      const entries = isFirst ? lastLines(text, query.tailLines) : text;
      const body = Buffer.from(shown(entries, query), "latin1").subarray(0, left);
      left -= body.length;
      if (body.length > 0) response.write(body);
      if (!query.follow || left <= 0 || response.destroyed) return;
      if (bytes === 0 && hasNewer(file)) return;
      await sleep(lookEveryMs);
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

/** Whether the container has begun a log after this one. */
function hasNewer(file: string): boolean {
  const number = Number.parseInt(file.slice(file.lastIndexOf("/") + 1), 10);
  return (
    statSync(join(dirname(file), `${number + 1}.log`), { throwIfNoEntry: false }) !== undefined
  );
}
