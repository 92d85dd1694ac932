/**
 * Writes the command line and its worker threads as JavaScript for the lab, whose nodes start it many times: from sources
 * each start compiles for a second. Packages stay where npm has put them. Usage: node scripts/lab-program.ts DIRECTORY
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "./bundle/options.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: node scripts/lab-program.ts DIRECTORY");
const target = resolve(folder);
const draft = `${target}.${process.pid}`;
try {
  await build({
    ...bundleOptions(join(import.meta.dirname, "..")),
    outdir: draft,
    packages: "external",
  });
  renameSync(draft, target);
} catch (error) {
  // Somebody else may have written the same meanwhile, and runs it.
  if (!existsSync(join(target, "main.js"))) throw error;
} finally {
  rmSync(draft, { recursive: true, force: true });
}
