/** The supervisor of a lab, started by up.ts in namespaces of its own: main.ts FOLDER, the machine's namespace as fd 3. */
import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { createLogger } from "#observe/logger.ts";
import type { LabOptions } from "./contract.ts";
import { filesOf } from "./files.ts";
import { planLab } from "./plan.ts";
import { MACHINE_NAMESPACE_FD } from "./start-supervisor.ts";
import { supervise } from "./supervisor.ts";

const [, , folder = ""] = process.argv;
// up.ts has written it.
const options = JSON.parse(readFileSync(filesOf(folder).options, "utf8")) as LabOptions;
const logger = createLogger();
process.on("uncaughtException", (error) => {
  logger.error({ error: error.stack }, "the lab's supervisor cannot go on");
  process.exit(1);
});
// It will be killed, and what a process has compiled is else written when it ends by itself.
flushCompileCache();
await supervise(planLab(options), MACHINE_NAMESPACE_FD, logger);
