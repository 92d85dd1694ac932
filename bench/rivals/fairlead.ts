import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import type { Contestant } from "../contract.ts";
import { corefile } from "./corefile.ts";
import { launch } from "./launch.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface FairleadVariant {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
}

/** Fairlead in one of its shapes, run by the Node that runs the benchmark. */
export function fairleadVariant(variant: FairleadVariant): Contestant {
  return {
    name: variant.name,
    readsApi: true,
    version: () => versionOf("git", ["rev-parse", "--short", "HEAD"], /(\w+)/),
    start: async (options) => {
      const config = join(options.directory, "Corefile");
      await writeFile(config, corefile(options));
      const args = [
        "--disable-warning=ExperimentalWarning",
        ...(variant.nodeFlags ?? []),
        ...[main, "dns", "-conf", config, ...(variant.flags ?? [])],
      ];
      const { name, env = {} } = variant;
      return launch({ name, env, program: process.execPath, args }, options);
    },
  };
}

/** With workers that ask for SCHED_FIFO. */
export const fairleadPrioritised = fairleadVariant({
  name: "fairlead-prioritised",
  flags: ["-dns.priority", "fifo"],
});

/** With the batched transport: recvmmsg and sendmmsg in a worker. */
export const fairlead = fairleadVariant({ name: "fairlead" });
