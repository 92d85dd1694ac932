import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ImportedFile } from "./imports.ts";

/**
 * Reads what an `import` names, relative to the file it stands in. A pattern with `*`, `?` or `[` may match nothing;
 * a plain name that does not exist gives undefined. Directories are left out, the rest comes in the order of names.
 */
export function readImportFiles(
  pattern: string,
  fromFile: string,
): readonly ImportedFile[] | undefined {
  const path = resolve(dirname(fromFile), pattern);
  const isPattern = /[*?]|\[[^\]]*\]/.test(path);
  const files = globSync(path)
    .sort()
    .filter((file) => statSync(file).isFile());
  if (files.length === 0 && !isPattern) return undefined;
  return files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
}
