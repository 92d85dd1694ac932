import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "./caller.ts";
import { decodeCall } from "./frames.ts";

export interface Replayed {
  readonly done: number;
  /** Records that stay, and why. */
  readonly failures: readonly string[];
}

/**
 * Does the DELs that the shim wrote down while no agent ran, oldest name first; a record goes once its DEL succeeded.
 * What cannot be read is told and stays for a person to see.
 */
export async function replayPending(
  folder: string,
  caller: Pick<Caller, "call">,
): Promise<Replayed> {
  const failures: string[] = [];
  let done = 0;
  for (const name of pendingRecords(folder)) {
    const file = join(folder, name);
    const failure = await replayOne(file, caller);
    if (failure === undefined) done += 1;
    else failures.push(`${file}: ${failure}`);
  }
  return { done, failures };
}

/** Why the record's DEL could not be done; undefined when it was, and the record is gone. */
export async function replayOne(
  file: string,
  caller: Pick<Caller, "call">,
): Promise<string | undefined> {
  try {
    const { status, stdout } = await caller.call(decodeCall(readFileSync(file)));
    if (status !== 0) return stdout.trim();
    rmSync(file, { force: true });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function pendingRecords(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".del"))
    .sort();
}
