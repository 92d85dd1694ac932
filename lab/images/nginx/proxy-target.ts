import type { ProxyTarget } from "./contract.ts";

/** Reads "http://NAME[:PORT][/URI]"; undefined for anything else. */
export function proxyTarget(text: string): ProxyTarget | undefined {
  const [, scheme, authority, uri] = /^(https?):\/\/([^/?#]+)(\/.*)?$/i.exec(text) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === "https" ? "https" : "http", authority, uri };
}
