import { unlinkSync, writeFileSync } from "node:fs";
import { hasErrno } from "#observe/errno.ts";

/** One call, where looking first would take two. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasErrno(error, "ENOENT")) throw error;
  }
}

/** For root's eyes. Named, the encoding saves two of three calls into Node: its shortest way asks for it. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { encoding: "utf8", mode: 0o600 });
}
