/** What the rows of the table do to the way between a state and its server. */
import { expect } from "vitest";
import type { LineFault, RequestFault } from "./front.ts";
import { service } from "./objects.ts";
import type { Rig } from "./rig.ts";

/** The server forgets its history while nobody watches. */
export async function forget(rig: Rig): Promise<void> {
  rig.relay.isRefusing = true;
  rig.relay.cut();
  rig.change();
  rig.api.compact();
  await expect.poll(() => rig.total("failures")).toBeGreaterThan(1);
  rig.relay.isRefusing = false;
}

/** Breaks the connection and refuses the next requests. */
export async function refuse(
  rig: Rig,
  count: number,
  code: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  rig.front.requestFault = times(count, () => ({ code, headers }));
  rig.relay.cut();
  rig.change();
  await rig.converged();
}

/** Lets one line about a Service pass through a fault. */
export async function corruptOne(rig: Rig, fault: LineFault): Promise<void> {
  rig.front.lineFault = once(isService, (line) => {
    rig.front.lineFault = undefined;
    return fault(line);
  });
  rig.change();
}

/** Lets nothing but bookmarks through while something changes, and until bookmarks have passed it. */
export async function lose(rig: Rig, change: () => void): Promise<void> {
  rig.front.lineFault = (line) => (isBookmark(line) ? [line] : []);
  change();
  const bookmarks = rig.total("bookmarks");
  await expect.poll(() => rig.total("bookmarks")).toBeGreaterThan(bookmarks + 6);
  rig.front.lineFault = undefined;
}

export async function restart(rig: Rig, initialRevision: number): Promise<void> {
  rig.change();
  await rig.converged();
  await rig.replaceServer({ initialRevision }, (api) => {
    for (let index = 0; index < 10_000; index++) api.objects.create(service(`new-${index}`));
  });
}

/** Applies to so many requests for which it has an answer. */
export function times(
  count: number,
  fault: (...request: Parameters<RequestFault>) => ReturnType<RequestFault> | false,
): RequestFault {
  let left = count;
  return (...request) => {
    const answer = left > 0 && fault(...request);
    if (!answer) return undefined;
    left--;
    return answer;
  };
}

/** Applies to the first line of that sort. */
export function once(concerns: (line: string) => boolean, fault: LineFault): LineFault {
  let isOver = false;
  return (line) => {
    if (isOver || !concerns(line)) return [line];
    isOver = true;
    return fault(line);
  };
}

const isBookmark = (line: string) => line.includes('"BOOKMARK"');
export const isService = (line: string) => line.includes('"kind":"Service"') && !isBookmark(line);
