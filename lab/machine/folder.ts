import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { hasErrno } from "#observe/errno.ts";
import { FairleadError } from "#observe/errors.ts";
import type { LabOptions } from "./contract.ts";
import { filesOf } from "./files.ts";

/** Makes a lab's folder, whose options are the first file in it: they say that it is one. */
export function makeLabFolder(options: LabOptions): void {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  writeFileSync(filesOf(options.folder).options, JSON.stringify(options));
}

/**
 * Removes a lab's folder; false where there is none. The options go last, so that it is still known after an
 * interruption.
 * @param isKnown it is a lab's folder, with or without options
 * @throws FairleadError FL-M003 for a folder that holds something else
 */
export function removeLabFolder(folder: string, isKnown: boolean): boolean {
  const mark = basename(filesOf(folder).options);
  const names = namesIn(folder);
  if (names === undefined) return false;
  if (names.length > 0 && !names.includes(mark) && !isKnown)
    throw new FairleadError("FL-M003", `${folder} is no lab's folder: it holds ${names[0]}`);
  for (const name of names)
    if (name !== mark) rmSync(join(folder, name), { recursive: true, force: true });
  rmSync(join(folder, mark), { force: true });
  // A process of the lab may still have put something there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  return true;
}

function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
