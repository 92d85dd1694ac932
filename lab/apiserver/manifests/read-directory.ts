import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FairleadError } from "#observe/errors.ts";
import type { ManifestFile } from "./parse.ts";

/**
 * Reads every .yaml, .yml and .json file of a directory and those below it, in the order of their paths.
 * @throws FairleadError FL-C003 when the directory cannot be read or holds no such file
 */
export async function readManifestDirectory(directory: string): Promise<ManifestFile[]> {
  const files = await manifestPaths(directory);
  if (files.length === 0) {
    throw new FairleadError("FL-C003", `${directory} holds no .yaml, .yml or .json file`);
  }
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(file, "utf8") })));
}

async function manifestPaths(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-C003", `cannot read the directory ${directory}: ${why}`, {
      cause: error,
    });
  }
}
