/** Paths of requests: decoded and made plain for choosing, encoded again for sending on. */

/** Decodes a path, merges slashes and resolves dots; undefined for what is none or leads above the root (answered with 400). */
export function plainUri(raw: string): string | undefined {
  const decoded = decode(raw);
  if (decoded === undefined || !decoded.startsWith("/") || decoded.includes("\0")) return undefined;
  const parts: string[] = [];
  const segments = decoded
    .replace(/\/{2,}/g, "/")
    .slice(1)
    .split("/");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === "..") {
      if (parts.pop() === undefined) return undefined;
      if (isLast) parts.push("");
    } else if (segment === ".") {
      if (isLast) parts.push("");
    } else parts.push(segment);
  }
  return `/${parts.join("/")}`;
}

function decode(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/** Encodes what may not stand in a request line as it is. */
function escapeUri(uri: string): string {
  return uri.replace(/[^!-~]|[#%?]/gu, (char) => encodeURIComponent(char));
}

export interface Passed {
  /** Path as it came. */
  readonly raw: string;
  /** The plain path, after any rewrite. */
  readonly uri: string;
  readonly args: string;
  /** A rewrite changed it. */
  readonly isChanged: boolean;
  /** What of the path the location matched. */
  readonly matched: string;
}

/**
 * The request target for an upstream (nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass): with a URI in proxy_pass
 * that takes the place of the matched part; else the path as it came, or what a rewrite has made of it.
 */
export function passedTarget(passed: Passed, targetUri: string | undefined): string {
  const { raw, uri, args, isChanged, matched } = passed;
  const query = args === "" ? "" : `?${args}`;
  if (isChanged) return escapeUri(uri) + query;
  if (targetUri === undefined) return raw + query;
  return targetUri + escapeUri(uri.slice(matched.length)) + query;
}
