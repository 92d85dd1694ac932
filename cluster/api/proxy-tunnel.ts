import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { isIPv6, type Socket } from "node:net";
import { bareHost } from "./host.ts";

/**
 * A connection to the target through an HTTP proxy (CONNECT, RFC 9110 §9.3.6). User and password in the proxy's URL
 * are sent along. Rejects when the proxy cannot be reached or refuses.
 */
export async function openTunnel(
  proxy: URL,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const client = proxy.protocol === "https:" ? https : http;
  const request = client.request({
    method: "CONNECT",
    host: bareHost(proxy),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    path: authority,
    headers: { host: authority, ...credentials(proxy) },
    agent: false,
    signal,
  });
  request.end();
  try {
    // A refusal comes as a "connect" event as well.
    const [response, socket] = (await once(request, "connect")) as [http.IncomingMessage, Socket];
    if (response.statusCode === 200) return socket;
    socket.destroy();
    throw new Error(`${response.statusCode} ${response.statusMessage}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`proxy ${proxy.host}: ${reason}`, { cause });
  }
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
