import { once } from "node:events";
import { isIP } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { bareHost } from "./host.ts";
import { openTunnel } from "./proxy-tunnel.ts";
import { type TlsMaterial, tlsOptions } from "./tls-material.ts";

/** TCP and TLS together; a server that is there needs milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A silent peer is probed after this; libuv gives up 10 probes of 1 s later. Watches are silent for long. */
export const KEEP_ALIVE_PROBE_MS = 30_000;

/** How the server is reached: directly, or through an HTTP proxy that opens tunnels. */
export interface Route {
  readonly server: URL;
  readonly proxy?: URL | undefined;
}

/**
 * A TLS connection on which the server has chosen one of the protocols (ALPN, RFC 7301), or none where it knows no
 * ALPN. Rejects with the error of the connection, after 10 s at the latest, and when the signal aborts.
 */
export async function dialTls(
  { server, proxy }: Route,
  material: TlsMaterial,
  protocols: readonly string[],
  signal: AbortSignal,
): Promise<TLSSocket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
  const host = bareHost(server);
  const port = Number(server.port || 443);
  try {
    const tunnel = proxy && (await openTunnel(proxy, { host, port }, limit));
    const socket = tls.connect({
      host,
      port,
      ...(tunnel === undefined ? {} : { socket: tunnel }),
      ...(isIP(host) === 0 ? { servername: host } : {}), // RFC 6066 §3: no addresses in SNI
      ...tlsOptions(material),
      ALPNProtocols: [...protocols],
    });
    try {
      await once(socket, "secureConnect", { signal: limit });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new Error(`no connection to ${host}:${port} within ${CONNECT_TIMEOUT_MS / 1000} s`);
  }
}
