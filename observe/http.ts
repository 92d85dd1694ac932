import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FairleadError } from "./errors.ts";

export interface HttpReply {
  readonly status: number;
  readonly body: string;
  /** Plain text when absent. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type HttpRoute = () => HttpReply | Promise<HttpReply>;

/** A small HTTP server for probes and metrics, shared by all that want a path on its address. */
export interface HttpListener {
  /**
   * Answers GET and HEAD of a path, or of "*", every path that has no route of its own. The first that asks for a path gets it, and when it gives it back, through the
   * function returned, the next.
   */
  route(path: string, route: HttpRoute): () => void;
  /**
   * Binds on the first call; later ones give the same promise.
   *
   * @throws FairleadError FL-L002 when the address is taken
   */
  listen(): Promise<AddressInfo>;
  /** Answers what is under way and lets go of the port. Any number of calls. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 5000;

/** @param host "" is every local address */
export function createHttpListener({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): HttpListener {
  const routes = new Routes();
  const server = createServer(
    { requestTimeout: TIMEOUT_MS, keepAliveTimeout: TIMEOUT_MS },
    (request, response) => {
      void answer(routes, request, response);
    },
  );
  let listening: Promise<AddressInfo> | undefined;
  return {
    route: (path, route) => routes.add(path, route),
    listen() {
      listening ??= bind(server, host, port);
      return listening;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

class Routes {
  readonly #byPath = new Map<string, HttpRoute[]>();

  add(path: string, route: HttpRoute): () => void {
    const candidates = this.#byPath.get(path) ?? [];
    this.#byPath.set(path, candidates);
    candidates.push(route);
    return () => {
      const index = candidates.indexOf(route);
      if (index >= 0) candidates.splice(index, 1);
    };
  }

  get(path: string): HttpRoute | undefined {
    return this.#byPath.get(path)?.[0] ?? this.#byPath.get("*")?.[0];
  }

  get paths(): string[] {
    return [...this.#byPath.keys()].filter((path) => this.get(path) !== undefined);
  }
}

async function answer(
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = await replyTo(routes, request);
  response.writeHead(reply.status, {
    "content-type": reply.contentType ?? "text/plain; charset=utf-8",
    ...reply.headers,
  });
  response.end(request.method === "HEAD" ? undefined : reply.body);
}

async function replyTo(routes: Routes, request: IncomingMessage): Promise<HttpReply> {
  const [path = ""] = (request.url ?? "").split("?");
  const route = routes.get(path);
  if (route === undefined) {
    const paths = routes.paths.join(", ");
    return { status: 404, body: paths === "" ? "there is nothing yet\n" : `there is ${paths}\n` };
  }
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, body: "GET and HEAD alone\n" };
  try {
    return await route();
  } catch (error) {
    return { status: 500, body: `${error instanceof Error ? error.message : error}\n` };
  }
}

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
      reject(
        cause.code === "EADDRINUSE"
          ? new FairleadError("FL-L002", `TCP ${where} is taken by another process`, { cause })
          : new FairleadError("FL-L001", `listen on TCP ${where}: ${cause.message}`, { cause }),
      );
    });
    server.listen({ port, ...(host === "" ? {} : { host }) }, () => {
      const address = server.address();
      if (address !== null && typeof address === "object") resolve(address);
    });
  });
}
