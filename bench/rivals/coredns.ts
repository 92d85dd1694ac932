import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import type { Contestant } from "../contract.ts";
import { corefile } from "./corefile.ts";
import { launch } from "./launch.ts";

const bundled = fileURLToPath(new URL("bin/coredns", import.meta.url));
const program = existsSync(bundled) ? bundled : "coredns";

/** CoreDNS from bench/rivals/bin, else from PATH; it reads the same API server as Fairlead. */
export const coredns: Contestant = {
  name: "coredns",
  readsApi: true,
  version: () => versionOf(program, ["-version"], /CoreDNS-(\S+)/),
  start: async (options) => {
    const config = join(options.directory, "Corefile");
    await writeFile(config, corefile(options));
    return launch({ name: "coredns", program, args: ["-conf", config] }, options);
  },
};
