/** Reads the TO words of a forward directive. */
import { readFileSync } from "node:fs";
import { badValue, notSupportedYet } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { formatUpstream, parseUpstream } from "../../upstream/address.ts";
import type { UpstreamAddress } from "../../upstream/contract.ts";
import { nameserversOf } from "../../upstream/resolv-conf.ts";

const OWNER = "forward";
/** As in CoreDNS; a file counts once. */
const MAX_WORDS = 15;
const SUPPORTED =
  "IP addresses with or without a port, dns://, and files in the form of /etc/resolv.conf";
/** Schemes that CoreDNS forwards to as well. */
const LATER_SCHEMES = new Set(["tls", "https"]);

/**
 * The upstreams in the order written, each once; files are replaced by their name servers.
 *
 * @throws CorefileError
 */
export function readDestinations(tokens: readonly Token[]): readonly UpstreamAddress[] {
  const [first] = tokens;
  const excess = tokens[MAX_WORDS];
  if (first === undefined) throw new RangeError("forward needs a destination");
  if (excess !== undefined) {
    throw badValue(excess, OWNER, `is one too many; at most ${MAX_WORDS} upstreams are allowed`);
  }
  const found = new Map<string, UpstreamAddress>();
  for (const address of tokens.flatMap(readDestination)) {
    const label = formatUpstream(address);
    if (!found.has(label)) found.set(label, address);
  }
  if (found.size === 0) throw badValue(first, OWNER, "names no server: it has no nameserver line");
  return [...found.values()];
}

function readDestination(token: Token): readonly UpstreamAddress[] {
  const host = withoutScheme(token);
  try {
    const address = parseUpstream(host);
    if (address !== undefined) return [address];
  } catch (error) {
    if (error instanceof RangeError) throw badValue(token, OWNER, error.message);
    throw error;
  }
  const text = readFile(token, host);
  if (text !== undefined) return nameserversOf(text);
  if (host.includes("/")) throw badValue(token, OWNER, "is neither an IP address nor a file");
  throw notSupportedYet(token, OWNER, SUPPORTED);
}

function withoutScheme(token: Token): string {
  const [, scheme, rest = token.text] = /^([a-z0-9]+):\/\/(.*)$/s.exec(token.text) ?? [];
  if (scheme === undefined || scheme === "dns") return rest;
  if (LATER_SCHEMES.has(scheme)) throw notSupportedYet(token, OWNER, SUPPORTED);
  throw new CorefileError(
    "FL-D012",
    token,
    `'${scheme}' in '${token.text}' is no protocol to forward with; supported: ${SUPPORTED}`,
  );
}

/** Undefined when there is no such file. */
function readFile(token: Token, path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException; // what node:fs throws
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw badValue(token, OWNER, `cannot be read: ${code}`, { cause });
  }
}
