import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "../..");

const foreign = new Set(["node_modules", ".git", "dist", "coverage", "rivals"]);

/** All files of the repository as relative paths, without what is installed, built or ignored by git. */
export function repositoryFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return foreign.has(entry.name) ? [] : repositoryFiles(path);
    return entry.isFile() ? [relative(root, path)] : [];
  });
}

export const isTypeScript = (path: string): boolean => path.endsWith(".ts");

/** Test files, and everything under test/: helpers, cases and whole-server suites. */
export const isTest = (path: string): boolean =>
  path.endsWith(".test.ts") || path.startsWith("test/");

export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function lineCount(path: string): number {
  return textOf(path).split("\n").length - 1;
}
