/** The first process of a node of the lab: `node main.ts OPTIONS.json`. */
import { existsSync, readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "#observe/logger.ts";
import type { KubeletOptions } from "./contract.ts";
import { runKubelet } from "./run.ts";

const [file = ""] = process.argv.slice(2);
const logger = createLogger();
const kubeconfigPollMs = 20;

// A first process has no default for signals: without this the node would not end.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));

// What goes wrong with one pod must not end the node, and with it all others.
process.on("unhandledRejection", (reason) => {
  logger.error({}, reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});

try {
  // Written by whoever starts the node, for this program.
  const options = JSON.parse(readFileSync(file, "utf8")) as KubeletOptions;
  // This program takes as long to start as the API server does: they may be started together.
  while (!existsSync(options.kubeconfig)) await sleep(kubeconfigPollMs);
  await runKubelet(options, logger);
  // A node is killed, and what a process has compiled is else written when it ends by itself.
  flushCompileCache();
} catch (error) {
  logger.error({}, error instanceof Error ? error.message : String(error));
  process.exit(1);
}
