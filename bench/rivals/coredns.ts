import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import type { Contestant } from "../contract.ts";
import { type CorefileWriter, corefile } from "./corefile.ts";
import { launch } from "./launch.ts";

const bundled = fileURLToPath(new URL("bin/coredns", import.meta.url));
export const program = existsSync(bundled) ? bundled : "coredns";

/** CoreDNS from bench/rivals/bin, else from PATH; it reads the same API server as Fairlead. */
export function corednsWith(name: string, writeCorefile: CorefileWriter): Contestant {
  return {
    name,
    readsApi: true,
    version: () => versionOf(program, ["-version"], /CoreDNS-(\S+)/),
    start: async (options) => {
      const config = join(options.directory, "Corefile");
      await writeFile(config, writeCorefile(options));
      return launch({ name, program, args: ["-conf", config] }, options);
    },
  };
}

export const coredns = corednsWith("coredns", corefile);
