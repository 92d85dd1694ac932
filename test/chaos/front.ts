import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { createGzip } from "node:zlib";
import {
  type Protocol,
  sessionOf,
  startServer,
  type TestServer,
} from "#cluster/testing/http-server.ts";

/** What a client asks for: all objects, a stream of changes (with or without all objects first), or where the server is. */
export type RequestKind = "list" | "watch" | "streamed list" | "position";

/** An answer in the server's place: a Status object unless there is a body. */
interface Refusal {
  readonly code: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Ends the connection of the watch. */
export const cut = Symbol("cut");

/** What goes out in place of one line of a watch; lines have their end. */
export type LineFault = (line: string) => readonly (string | typeof cut)[];

/** Takes a request over, "hold" with a watch that never brings anything, or leaves it (undefined) to the server. */
export type RequestFault = (
  kind: RequestKind,
  url: URL,
  request: IncomingMessage,
) => Refusal | "hold" | undefined;

/**
 * Stands before an API server, over any of the protocols, and lets everything pass but what a fault changes. Watches
 * are passed on line by line.
 */
export class Front {
  readonly requests: RequestKind[] = [];
  /** Where requests go; another URL is another server behind the same address. */
  target: string;
  /** Changes what watches bring from now on, those that run included. */
  lineFault: LineFault | undefined;
  /** Asked for each request. */
  requestFault: RequestFault | undefined;
  /** Cuts lists in the middle while above 0, which each counts down. */
  listsToTruncate = 0;
  /** Takes requests for streamed lists for plain watches, as servers do that do not know them. */
  ignoresStreaming = false;
  readonly #watches = new Set<ServerResponse>();
  readonly #stalled = new WeakSet<ServerResponse>();
  #server: TestServer | undefined;
  #sessions = new Set<ReturnType<typeof sessionOf>>();

  constructor(target: string) {
    this.target = target;
  }

  async listen(protocol: Protocol): Promise<number> {
    this.#server = await startServer(
      (request, response) => this.#serve(request, response),
      protocol,
    );
    return Number(new URL(this.#server.origin).port);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Ends all watches that run as the server does when their time is over. */
  endWatches(): void {
    for (const response of this.#watches) response.end();
  }

  /** Lets nothing more through on the watches that run. */
  stallWatches(): void {
    for (const response of this.#watches) this.#stalled.add(response);
  }

  /** HTTP/2: no new requests on the connections that are there. */
  goAway(): void {
    for (const session of this.#sessions) session?.goaway(0);
    this.#sessions = new Set();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", this.target);
    const kind = kindOf(url.searchParams);
    this.requests.push(kind);
    this.#sessions.add(sessionOf(request));
    response.on("error", () => undefined);
    const fault = this.requestFault?.(kind, url, request);
    if (fault === "hold") this.#hold(response);
    else if (fault !== undefined) refuse(response, fault);
    else this.#pass(kind, url, request, response);
  }

  /** Accepts a watch and never sends anything on it. */
  #hold(response: ServerResponse): void {
    this.#track(response);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
  }

  #pass(kind: RequestKind, url: URL, request: IncomingMessage, response: ServerResponse): void {
    if (this.ignoresStreaming) {
      url.searchParams.delete("sendInitialEvents");
      url.searchParams.delete("resourceVersionMatch");
    }
    const upstream = http.get(url, (answer) => {
      if (answer.statusCode !== 200 || kind === "list" || kind === "position") {
        this.#passBody(answer, request, response);
      } else void this.#passLines(answer, response);
    });
    upstream.on("error", () => refuse(response, { code: 503 }));
    response.on("close", () => upstream.destroy());
  }

  #passBody(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
    const isZipped = String(request.headers["accept-encoding"]).includes("gzip");
    response.writeHead(answer.statusCode ?? 500, {
      "content-type": "application/json",
      ...(isZipped ? { "content-encoding": "gzip" } : {}),
    });
    const body = isZipped ? answer.pipe(createGzip()) : answer;
    if (answer.statusCode === 200 && this.listsToTruncate > 0) {
      this.listsToTruncate--;
      body.once("data", (chunk: Buffer) => response.end(chunk.subarray(0, chunk.length / 2)));
    } else body.pipe(response);
  }

  async #passLines(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#track(response);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    let rest = "";
    try {
      for await (const chunk of answer.setEncoding("utf8")) {
        const lines = (rest + chunk).split(/(?<=\n)/);
        rest = lines.at(-1)?.endsWith("\n") ? "" : (lines.pop() ?? "");
        for (const line of lines) {
          if (this.#stalled.has(response)) await once(response, "close");
          for (const text of this.lineFault?.(line) ?? [line]) {
            if (response.writableEnded || response.destroyed) return;
            if (text === cut) return void response.write("", () => response.destroy());
            response.write(text);
          }
        }
      }
      response.end();
    } catch {
      response.destroy(); // the server went away in mid-stream
    }
  }

  #track(response: ServerResponse): void {
    this.#watches.add(response);
    response.once("close", () => this.#watches.delete(response));
  }
}

function kindOf(query: URLSearchParams): RequestKind {
  if (query.has("watch")) return query.has("sendInitialEvents") ? "streamed list" : "watch";
  return query.get("limit") === "1" ? "position" : "list";
}

function refuse(response: ServerResponse, { code, headers = {}, body }: Refusal): void {
  if (response.headersSent) return void response.destroy();
  const status = { kind: "Status", code, reason: reasons[code] ?? "Unknown", message: "chaos" };
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(body ?? JSON.stringify(status));
}

const reasons: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
};
