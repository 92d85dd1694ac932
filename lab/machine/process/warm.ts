import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment, fairlead } from "./environment.ts";

/** What pods of the lab run for long. */
const commands = ["node", "dns"];

/**
 * Has Node keep the compiled code of the pods' programs, once in a checkout: a pod's own start cannot, since what it
 * writes is gone with its file system, and compiling takes each of them a second.
 */
export async function warmCompileCache(): Promise<void> {
  const { NODE_COMPILE_CACHE: folder = "" } = environment();
  const mark = join(folder, "lab-warm");
  if (existsSync(mark)) return;
  await Promise.all(
    commands.map((command) =>
      promisify(execFile)(fairlead, [command, "--help"], { env: environment() }),
    ),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, "");
}
