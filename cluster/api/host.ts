/** IPv6 literals stand in brackets in a URL, not in a connect call. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}
