import { parseUpstream } from "./address.ts";
import type { UpstreamAddress } from "./contract.ts";

/** The `nameserver` lines of a resolv.conf (resolv.conf(5)); lines that name no IP address are passed over. */
export function nameserversOf(text: string): UpstreamAddress[] {
  return text.split("\n").flatMap((line) => {
    const [, host = ""] = /^\s*nameserver\s+(\S+)/.exec(line) ?? [];
    const found = host.includes("[") ? undefined : addressOrUndefined(host);
    return found === undefined ? [] : [found];
  });
}

function addressOrUndefined(host: string): UpstreamAddress | undefined {
  try {
    return parseUpstream(host);
  } catch {
    return undefined;
  }
}
