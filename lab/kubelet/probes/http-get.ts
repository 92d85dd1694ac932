import http from "node:http";
import https from "node:https";
import { isIPv6 } from "node:net";
import type { Handler } from "../contract.ts";
import type { Outcome, ProbeTarget } from "./contract.ts";
import { portNumber } from "./port-number.ts";

type HttpGet = NonNullable<Handler["httpGet"]>;

const userAgent = "kube-probe/1.34";
const mostRedirects = 10;

/** A GET that is a success with any status from 200 to 399, as kubelet counts; certificates are not checked. */
export function httpGet(get: HttpGet, target: ProbeTarget, timeoutMs: number): Promise<Outcome> {
  const port = portNumber(get.port, target);
  if (port === undefined)
    return Promise.resolve({ isSuccess: false, message: `couldn't find port: ${get.port}` });
  const host = get.host || target.address;
  const scheme = (get.scheme ?? "HTTP").toLowerCase();
  const path = get.path ?? "/";
  const base = `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const url = new URL(`${base}${path.startsWith("/") ? "" : "/"}${path}`);
  const headers: Record<string, string> = { "user-agent": userAgent, accept: "*/*" };
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  return follow(url, headers, timeoutMs, mostRedirects);
}

async function follow(
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
  redirects: number,
): Promise<Outcome> {
  const answer = await ask(url, headers, timeoutMs);
  if (answer.kind === "failed") return { isSuccess: false, message: answer.message };
  const { code, location } = answer;
  if (code >= 300 && code < 400 && location !== undefined && redirects > 0) {
    const next = new URL(location, url);
    // Elsewhere is not what is probed: that it was sent there is answer enough.
    if (next.hostname === url.hostname) return follow(next, headers, timeoutMs, redirects - 1);
  }
  if (code >= 200 && code < 400) return { isSuccess: true, message: "" };
  return { isSuccess: false, message: `HTTP probe failed with statuscode: ${code}` };
}

type Answer =
  | { readonly kind: "answered"; readonly code: number; readonly location: string | undefined }
  | { readonly kind: "failed"; readonly message: string };

function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Answer> {
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve) => {
    const fail = (why: string): void =>
      resolve({ kind: "failed", message: `Get "${url.href}": ${why}` });
    const sent = request(
      url,
      { headers, agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        response.resume();
        response.on("error", () => {});
        const { statusCode: code = 0 } = response;
        resolve({ kind: "answered", code, location: response.headers.location });
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) =>
      fail(
        error.name === "AbortError" || error.name === "TimeoutError"
          ? "context deadline exceeded"
          : dialWords(error),
      ),
    );
    sent.end();
  });
}

/** In the words that people look for. */
export function dialWords(error: NodeJS.ErrnoException): string {
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connect: connection refused",
    EHOSTUNREACH: "connect: no route to host",
    ENETUNREACH: "connect: network is unreachable",
    ECONNRESET: "read: connection reset by peer",
  };
  const known = words[error.code ?? ""];
  if (known === undefined) return error.message;
  const [, address] = /(\S+:\d+)$/.exec(error.message) ?? [];
  return address === undefined ? known : `dial tcp ${address}: ${known}`;
}
