import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FairleadError } from "#observe/errors.ts";
import { isRunFrom } from "./find.ts";
import { programFolder } from "./process/environment.ts";

/** Folders whose sources are in the program, or say how it becomes one. */
const sources = "cli cluster cni dns inspect lab linux node observe proxy scripts".split(" ");
const builds = join(programFolder, "dist/lab");
const dayMs = 86_400_000;

/**
 * The program that nodes run, bundled as an image has it, in a folder named after the state of the sources: labs that run
 * keep theirs. Undefined where there is no bundler: the sources run then, and take longer to start.
 * @returns the file, and whether it was built just now
 * @throws FairleadError FL-M004 where it cannot be built
 */
export async function ensureProgram(): Promise<
  { readonly file: string; readonly isNew: boolean } | undefined
> {
  if (!existsSync(join(programFolder, "node_modules/esbuild"))) return undefined;
  const folder = join(builds, stateOfSources());
  const file = join(folder, "main.js");
  if (existsSync(file)) return { file, isNew: false };
  removeOldBuilds();
  const script = join(programFolder, "scripts/lab-program.ts");
  try {
    await promisify(execFile)(process.execPath, [script, folder]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-M004", `the program of the nodes cannot be built: ${why}`, {
      cause: error,
    });
  }
  return { file, isNew: true };
}

/** Names, sizes and times stand for what is in them. */
function stateOfSources(): string {
  const hash = createHash("sha256");
  for (const folder of sources)
    for (const name of readdirSync(join(programFolder, folder), { recursive: true }).sort()) {
      if (!String(name).endsWith(".ts")) continue;
      const { size, mtimeMs } = statSync(join(programFolder, folder, String(name)));
      hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
    }
  return hash.digest("hex").slice(0, 16);
}

function removeOldBuilds(): void {
  for (const name of existsSync(builds) ? readdirSync(builds) : []) {
    const build = join(builds, name);
    if (Date.now() - statSync(build).mtimeMs > dayMs && !isRunFrom(build))
      rmSync(build, { recursive: true });
  }
}
