import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, fairlead, programFolder } from "./environment.ts";
import { startProcess } from "./start.ts";

const corefile = ".:5300 {\n  whoami\n}\n";
const runSeconds = 6;

/** What pods of the lab run, so that all of it is loaded, threads too; without an API server it waits and does nothing. */
const programs: readonly (readonly string[])[] = [
  ["dns"],
  ["node", "--node-name=none", "--master=http://127.0.0.1:9", "--local-ip=none"],
];

/**
 * Has Node keep the compiled code of the pods' programs, once in a checkout: what pods write is gone with their file
 * systems, and compiling takes each of them a second. It runs in namespaces of its own, after everything else.
 */
export async function warmCompileCache(folder: string, logFile: string): Promise<void> {
  const { NODE_COMPILE_CACHE: cache = "" } = environment();
  const checkout = createHash("sha256").update(programFolder).digest("hex").slice(0, 8);
  const mark = join(cache, `lab-warm-${checkout}`);
  if (existsSync(mark)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Corefile"), corefile);
  for (const words of programs) {
    const corefileFlag = words[0] === "dns" ? "-conf" : "-corefile";
    const program = [fairlead, ...words, `${corefileFlag}=${join(folder, "Corefile")}`];
    // Compiled code is written when a process ends by itself.
    const limited = ["timeout", "--signal=TERM", `${runSeconds}`, ...program];
    await startProcess({
      words: ["nice", "-n", "19", "unshare", "--net", "--", ...limited],
      logFile,
    }).ended;
  }
  writeFileSync(mark, "");
}
