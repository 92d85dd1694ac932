import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { versionOf } from "../child.ts";
import type { Contestant, ServeOptions } from "../contract.ts";
import { zoneFile } from "../data/zone.ts";
import { launch } from "./launch.ts";

/** One worker per protocol, as the server is pinned to one CPU; no journal, no statistics module, no rate limit. */
export function knotConfig(options: Pick<ServeOptions, "directory" | "port" | "model">): string {
  return `server:
    rundir: "${options.directory}"
    listen: 127.0.0.1@${options.port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    tcp-idle-timeout: 60
log:
  - target: stderr
    any: warning
database:
    storage: "${options.directory}"
control:
    listen: "${options.directory}/knot.sock"
zone:
  - domain: ${options.model.zone}
    storage: "${options.directory}"
    file: cluster.zone
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
`;
}

export const knot: Contestant = {
  name: "knot",
  readsApi: false,
  version: () => versionOf("knotd", ["--version"], /version (\S+)/),
  start: async (options) => {
    const config = join(options.directory, "knot.conf");
    await writeFile(join(options.directory, "cluster.zone"), zoneFile(options.model));
    await writeFile(config, knotConfig(options));
    return launch({ name: "knot", program: "knotd", args: ["-c", config] }, options);
  },
};
