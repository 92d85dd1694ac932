import { unlinkSync, writeFileSync } from "node:fs";

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** One call, where looking first would take two. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** For root's eyes. Named, the encoding saves two of three calls into Node: its shortest way asks for it. */
export function writePrivate(path: string, text: string, flag: "w" | "wx" = "w"): void {
  writeFileSync(path, text, { encoding: "utf8", flag, mode: 0o600 });
}
