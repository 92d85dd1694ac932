import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import type { Contestant } from "../contract.ts";
import { type CorefileWriter, corefile } from "./corefile.ts";
import { launch } from "./launch.ts";

const launcher = fileURLToPath(new URL("../../bin/fairlead", import.meta.url));

export interface FairleadVariant {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  /** Absent: the cluster's, without forwarding and cache. */
  readonly corefile?: CorefileWriter;
}

/** Fairlead in one of its shapes, started as users start it. */
export function fairleadVariant(variant: FairleadVariant): Contestant {
  return {
    name: variant.name,
    readsApi: true,
    version: () => versionOf("git", ["rev-parse", "--short", "HEAD"], /(\w+)/),
    start: async (options) => {
      const config = join(options.directory, "Corefile");
      await writeFile(config, (variant.corefile ?? corefile)(options));
      const args = ["dns", "-conf", config, ...(variant.flags ?? [])];
      const env = { ...variant.env, FAIRLEAD_NODE_OPTIONS: (variant.nodeFlags ?? []).join(" ") };
      return launch({ name: variant.name, env, program: launcher, args }, options);
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
