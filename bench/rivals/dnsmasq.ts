import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { versionOf } from "../child.ts";
import type { ClusterModel, Contestant, ServeOptions } from "../contract.ts";
import { isClusterIp, serviceName } from "../data/cluster.ts";
import { hostsFile } from "../data/zone.ts";
import { launch } from "./launch.ts";

/** SRV of ClusterIP services; those of headless endpoints are left out, as no load asks for them. */
function srvLines(model: ClusterModel): readonly string[] {
  return model.services.filter(isClusterIp).map((service) => {
    const name = serviceName(model, service).slice(0, -1);
    return `srv-host=_${service.portName}._tcp.${name},${name},${service.port},0,100`;
  });
}

/** Authoritative for the zone, without upstreams; the cache is large enough for its hash table to hold all names. */
export function dnsmasqConfig(
  options: Pick<ServeOptions, "directory" | "port" | "model">,
  withSrv: boolean,
): string {
  const lines = [
    `port=${options.port}`,
    "listen-address=127.0.0.1",
    "bind-interfaces",
    "no-resolv",
    "no-hosts",
    `addn-hosts=${options.directory}/hosts`,
    `local=/${options.model.zone.slice(0, -1)}/`,
    "local-ttl=5",
    "cache-size=10000",
    "max-tcp-connections=100",
    `pid-file=${options.directory}/pid`,
    "user=root",
    ...(withSrv ? srvLines(options.model) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function variant(withSrv: boolean): Contestant {
  return {
    name: "dnsmasq",
    readsApi: false,
    version: () => versionOf("dnsmasq", ["--version"], /version (\S+)/),
    start: async (options) => {
      const config = join(options.directory, "dnsmasq.conf");
      await writeFile(join(options.directory, "hosts"), hostsFile(options.model));
      await writeFile(config, dnsmasqConfig(options, withSrv));
      const args = ["--keep-in-foreground", `--conf-file=${config}`];
      return launch({ name: "dnsmasq", program: "dnsmasq", args }, options);
    },
  };
}

/** With addresses only: it searches its SRV records one by one, whatever is asked, and 1,000 cost it 7 µs a query. */
export const dnsmasq = variant(false);

export const dnsmasqWithSrv = variant(true);
