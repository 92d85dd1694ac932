import type { Directive, Lookup, Peer, ProxyPass, Upstream } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { timeMs } from "./scope.ts";

/**
 * What `upstream` blocks and the constant targets of proxy_pass stand for, by the name that proxy_pass has for them.
 * @throws Emergency `host not found in upstream` for a name without an address
 */
export async function buildUpstreams(
  blocks: readonly Directive[],
  proxies: readonly ProxyPass[],
  lookup: Lookup,
): Promise<ReadonlyMap<string, Upstream>> {
  const upstreams = new Map<string, Upstream>();
  for (const block of blocks)
    upstreams.set(block.args[0] ?? "", await buildUpstream(block, lookup));
  for (const { fixed, directive } of proxies) {
    if (fixed === undefined || upstreams.has(fixed.authority)) continue;
    const { host, port } = hostAndPort(fixed.authority, fixed.scheme === "https" ? 443 : 80);
    const addresses = await addressesOf(host, host, directive, lookup);
    const peers = addresses.map((address) => ({ ...plainPeer, address, port }));
    upstreams.set(fixed.authority, { name: fixed.authority, balance: "roundRobin", peers });
  }
  return upstreams;
}

const plainPeer = { weight: 1, maxFails: 1, failTimeoutMs: 10_000, isBackup: false };

async function buildUpstream(block: Directive, lookup: Lookup): Promise<Upstream> {
  const [name = ""] = block.args;
  const peers: Peer[] = [];
  const directives = block.block ?? [];
  for (const directive of directives) {
    if (directive.name !== "server") continue;
    const [authority = "", ...options] = directive.args;
    const { host, port } = hostAndPort(authority, 80);
    const peer = peerOptions(options, directive);
    if (peer === undefined) continue;
    for (const address of await addressesOf(host, authority, directive, lookup))
      peers.push({ ...peer, address, port });
  }
  if (!directives.some((directive) => directive.name === "server"))
    throw Emergency.at(block, "no servers are inside upstream");
  const has = (directive: string): boolean => directives.some((other) => other.name === directive);
  const balance = has("ip_hash")
    ? "clientAddress"
    : has("least_conn")
      ? "leastConnections"
      : "roundRobin";
  return { name, balance, peers };
}

/** Undefined for a server that is down. */
function peerOptions(
  options: readonly string[],
  directive: Directive,
): Omit<Peer, "address" | "port"> | undefined {
  let peer = plainPeer;
  for (const option of options) {
    const [name, value = ""] = option.split("=");
    if (name === "down") return undefined;
    if (name === "backup") peer = { ...peer, isBackup: true };
    else if (name === "weight" && Number(value) > 0) peer = { ...peer, weight: Number(value) };
    else if (name === "max_fails" && /^\d+$/.test(value))
      peer = { ...peer, maxFails: Number(value) };
    else if (name === "fail_timeout" && timeMs(value) !== undefined)
      peer = { ...peer, failTimeoutMs: timeMs(value) ?? 0 };
    else if (name !== "max_conns" && name !== "resolve")
      throw Emergency.at(directive, `invalid parameter "${option}"`);
  }
  return peer;
}

async function addressesOf(
  host: string,
  shown: string,
  directive: Directive,
  lookup: Lookup,
): Promise<readonly string[]> {
  const addresses = await lookup(host).catch(() => []);
  if (addresses.length === 0)
    throw Emergency.at(directive, `host not found in upstream "${shown}"`);
  return addresses;
}

function hostAndPort(
  authority: string,
  otherwise: number,
): { readonly host: string; readonly port: number } {
  const [, bracketed, plain = authority, port] =
    /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(authority) ?? [];
  return { host: bracketed ?? plain, port: port === undefined ? otherwise : Number(port) };
}

/** Addresses with ports of the servers that `resolver` directives name. */
export async function resolverAddresses(
  directives: readonly Directive[],
  lookup: Lookup,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const directive of directives)
    for (const server of directive.args) {
      if (/^(?:valid|ipv4|ipv6|status_zone|local)=/.test(server)) continue;
      const { host, port } = hostAndPort(server, 53);
      const addresses = await lookup(host).catch(() => []);
      if (addresses.length === 0)
        throw Emergency.at(directive, `host not found in resolver "${server}"`);
      found.push(
        ...addresses.map(
          (address) => `${address.includes(":") ? `[${address}]` : address}:${port}`,
        ),
      );
    }
  return found;
}
