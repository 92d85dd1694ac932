import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import type { Peer, ProxyTarget } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import type { ErrorLog } from "./logs.ts";

/** Addresses of a name that a variable gave, asked of the servers of `resolver`; search domains do not count, as in the original. */
export async function resolvePeers(
  exchange: Exchange,
  { authority, scheme }: ProxyTarget,
  log: ErrorLog,
): Promise<readonly Peer[] | undefined> {
  const [, host = "", port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(authority) ?? [];
  const peerOf = (address: string): Peer => ({
    address,
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    weight: 1,
    maxFails: 1,
    failTimeoutMs: 10_000,
    isBackup: false,
  });
  if (isIP(host) !== 0) return [peerOf(host)];
  const servers = exchange.configuration.resolvers;
  if (servers.length === 0) {
    log(exchange, "error", `no resolver defined to resolve ${host}`);
    return undefined;
  }
  const resolver = new dns.Resolver({ timeout: 5000, tries: 2 });
  resolver.setServers([...servers]);
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = [v4, v6].flatMap((found) => (found.status === "fulfilled" ? found.value : []));
  if (addresses.length > 0) return addresses.map(peerOf);
  log(exchange, "error", `${host} could not be resolved (3: Host not found)`);
  return undefined;
}
