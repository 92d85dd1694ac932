import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { hasErrno } from "#observe/errno.ts";
import { answering, targetOf } from "../serving/answering.ts";
import { bodyOf } from "../serving/body.ts";
import { drain } from "../serving/ending.ts";
import { hasNoIpv6 } from "../serving/listen.ts";
import type { Configuration, Listen, VirtualServer } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { type Exchange, statusReply } from "./exchange.ts";
import { errorLine, logAccess, logError } from "./logs.ts";
import { chooseServer } from "./match.ts";
import { statusPage } from "./pages.ts";
import { replyTo } from "./phases.ts";
import { createProxy } from "./proxy.ts";
import { sendReply } from "./send.ts";
import type { BuiltIn } from "./static.ts";
import { plainUri } from "./uri.ts";
import { nginxVersion } from "./variables.ts";

export interface Nginx {
  /** Takes a configuration in the place of the one before; sockets that both have stay open. */
  use(configuration: Configuration): Promise<void>;
  readonly servers: readonly Server[];
}

/** More than any `client_max_body_size` of the lab. */
const mostBodyBytes = 256 << 20;
const keepAliveMs = 65_000;

export function createNginx(builtIn: BuiltIn): Nginx {
  const servers = new Map<string, Server>();
  let current: {
    readonly configuration: Configuration;
    readonly proxy: ReturnType<typeof createProxy>;
  };
  let connections = 0;
  const numbers = new WeakMap<object, number>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { configuration, proxy } = current;
    const exchange = await exchangeOf(request, configuration, numbers.get(request.socket) ?? 0);
    const reply =
      plainUri(exchange.rawPath) === undefined
        ? statusReply(400)
        : await replyTo(exchange, { proxy, builtIn, log: logError });
    try {
      await sendReply(exchange, reply, response);
    } finally {
      logAccess(exchange);
    }
  };

  const open = async ({ host, port }: Listen): Promise<Server | undefined> => {
    const server = createServer({ keepAliveTimeout: keepAliveMs }, answering(answer));
    server.on("connection", (socket) => numbers.set(socket, ++connections));
    server.on("clientError", (_, socket) => {
      const page = statusPage(400, `nginx/${nginxVersion}`);
      if (socket.writable)
        socket.end(
          `HTTP/1.1 400 Bad Request\r\nServer: nginx/${nginxVersion}\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
        );
    });
    server.listen({ host, port, ipv6Only: host.includes(":") });
    try {
      await once(server, "listening");
      return server;
    } catch (error) {
      if (host.includes(":") && hasNoIpv6(error)) return undefined;
      const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
      throw new Emergency(`bind() to ${where} failed (${wordsOf(error)})`);
    }
  };

  return {
    get servers() {
      return [...servers.values()];
    },
    async use(configuration) {
      const wanted = new Map(
        configuration.servers
          .flatMap(({ listens }) => listens)
          .map((listen) => [`${listen.host}:${listen.port}`, listen]),
      );
      const opened = new Map<string, Server>();
      const next = { configuration, proxy: createProxy(logError) };
      // Requests come as soon as the first of several sockets is open.
      current ??= next;
      try {
        for (const [key, listen] of wanted) {
          const server = servers.has(key) ? undefined : await open(listen);
          if (server !== undefined) opened.set(key, server);
        }
      } catch (error) {
        for (const server of opened.values()) server.close();
        throw error;
      }
      current = next;
      for (const [key, server] of opened) servers.set(key, server);
      for (const [key, server] of servers) {
        if (wanted.has(key)) continue;
        servers.delete(key);
        void drain(server);
      }
    },
  };
}

async function exchangeOf(
  request: IncomingMessage,
  configuration: Configuration,
  connection: number,
): Promise<Exchange> {
  const startMs = performance.now();
  const { path } = targetOf(request);
  // "GET http://name/path" of a client that takes this server for its proxy.
  const rawPath = /^https?:\/\/[^/]+(\/.*)?$/.exec(path)?.[1] ?? path;
  return {
    request,
    configuration,
    server: serverFor(request, configuration),
    rawPath,
    body: (await bodyOf(request, mostBodyBytes)) ?? Buffer.of(),
    startMs,
    connection,
    uri: plainUri(rawPath) ?? "/",
    args: (request.url ?? "").slice(path.length + 1),
    isChanged: false,
    isInternal: false,
    location: undefined,
    groups: undefined,
    assigned: new Map(),
    upstream: { address: "", status: "", responseMs: undefined },
    status: 0,
    sentBytes: 0,
  };
}

/** Among the servers that listen at the address of the connection, or at any of its family. */
function serverFor(
  { socket, headers }: IncomingMessage,
  configuration: Configuration,
): VirtualServer {
  const { localAddress = "", localPort, localFamily } = socket;
  const anyAddress = localFamily === "IPv6" ? "::" : "0.0.0.0";
  const hears = (host: string) => (listen: Listen) =>
    listen.host === host && listen.port === localPort;
  const there = [localAddress, anyAddress]
    .map((host) => configuration.servers.filter(({ listens }) => listens.some(hears(host))))
    .find((servers) => servers.length > 0);
  const host = (headers.host ?? "").replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  const isDefault = ({ listens }: VirtualServer): boolean =>
    listens.some(({ port, isDefault: flag }) => flag && port === localPort);
  const server = chooseServer(there ?? configuration.servers, host, isDefault);
  if (server === undefined) throw new Emergency(errorLine("alert", "no server for a connection"));
  return server;
}

function wordsOf(error: unknown): string {
  if (hasErrno(error, "EADDRINUSE")) return "98: Address already in use";
  if (hasErrno(error, "EACCES")) return "13: Permission denied";
  if (hasErrno(error, "EADDRNOTAVAIL")) return "99: Cannot assign requested address";
  return error instanceof Error ? error.message : String(error);
}
