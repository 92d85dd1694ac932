import type { ApiTransport, RequestOptions, TransportResponse } from "../api/transport.ts";
import { FakeClock } from "./fake-clock.ts";
import { bookmark, errorEvent, event, serviceJson, status } from "./replies.ts";

/** What goes wrong with the next request. */
export type RequestFault = "unreachable" | "internal" | "busy" | "expired" | "cut";

interface Stream {
  /** Nothing up to this version is sent. */
  readonly from: number;
  readonly queue: string[];
  broken: boolean;
  wake: () => void;
}

/**
 * The part of an API server that a reflector can tell from the real thing: Services with versions, a history that can
 * be compacted, pages from a snapshot, watches, and faults on demand.
 */
export class ModelServer implements ApiTransport {
  readonly url = "http://model";
  readonly host = "model";
  readonly #services = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  #history: { readonly version: number; readonly line: string }[] = [];
  readonly #streams = new Set<Stream>();
  readonly #faults: RequestFault[] = [];
  #version = 1_000_000;
  #oldestWatchable = 1_000_000;
  #snapshot: readonly object[] = [];
  readonly #streamsLists: boolean;

  constructor({ streamsLists = false } = {}) {
    this.#streamsLists = streamsLists;
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  /** "name@version" of every service, sorted. */
  get services(): string[] {
    return [...this.#versions].map(([name, version]) => `${name}@${version}`).sort();
  }

  put(name: string, clusterIP: string): void {
    const sign = this.#services.has(name) ? "~" : "+";
    this.#version++;
    this.#services.set(name, clusterIP);
    this.#versions.set(name, this.resourceVersion);
    this.#record(event(`${sign}${name}=${clusterIP}`, this.resourceVersion));
  }

  remove(name: string): void {
    if (!this.#services.delete(name)) return;
    this.#version++;
    this.#versions.delete(name);
    this.#record(event(`-${name}`, this.resourceVersion));
  }

  /** Changes an object that no watch will ever hear of. */
  putUnheard(name: string, clusterIP: string): void {
    this.#version++;
    this.#services.set(name, clusterIP);
    this.#versions.set(name, this.resourceVersion);
  }

  /** Forgets the history, so that older versions can no longer be watched. */
  compact(): void {
    this.#history = [];
    this.#oldestWatchable = this.#version;
    this.#snapshot = [];
  }

  failNext(fault: RequestFault): void {
    this.#faults.push(fault);
  }

  /** To all watches: a bookmark, an ERROR event, the last event again, or rubbish. */
  say(what: "bookmark" | "error" | "again" | "rubbish"): void {
    const again = this.#history.at(-1)?.line ?? "";
    const lines = {
      bookmark: bookmark(this.resourceVersion),
      error: errorEvent(410, "Expired"),
      again,
      rubbish: '{"type":"MODI\n',
    };
    for (const stream of this.#streams) {
      if (what !== "bookmark" || this.#version > stream.from) send(stream, lines[what]);
    }
  }

  /** Ends all watches in the middle of a line. */
  cut(): void {
    for (const stream of this.#streams) {
      stream.broken = true;
      stream.wake();
    }
  }

  /**
   * The state as of an older time, as from a backup: versions that clients know lie ahead now, and watches from there
   * are taken all the same and bring nothing.
   */
  restoreBackup(): void {
    this.#version -= 1000;
    for (const name of this.#services.keys()) this.#versions.set(name, this.resourceVersion);
    this.compact();
    this.cut();
  }

  async request(path: string, { signal }: RequestOptions): Promise<TransportResponse> {
    const query = new URL(path, this.url).searchParams;
    const fault = this.#faults.shift();
    if (fault === "unreachable") throw new Error("ECONNREFUSED");
    if (fault === "internal") return refuse(500, "InternalError");
    if (fault === "busy") return refuse(429, "TooManyRequests");
    if (fault === "expired") return refuse(410, "Expired");
    const known = query.get("resourceVersion") ?? "";
    if (query.has("sendInitialEvents") && !this.#streamsLists) return refuse(422, "Invalid");
    if (query.has("watch")) return this.#watch(query, signal);
    if (Number(known) > this.#version) return refuse(504, "Timeout", ["ResourceVersionTooLarge"]);
    return this.#list(query, fault === "cut");
  }

  close(): void {
    this.cut();
  }

  #list(query: URLSearchParams, cut: boolean): TransportResponse {
    const next = query.get("continue");
    const start = next === null ? 0 : Number(next);
    if (next === null) {
      this.#snapshot = [...this.#services].map(([name, ip]) =>
        serviceJson(`${name}=${ip}`, this.#versions.get(name) ?? ""),
      );
    } else if (this.#snapshot.length < start) return refuse(410, "Expired");
    // Far smaller pages than asked for, so that a few services already make several.
    const limit = query.has("limit") ? Math.min(Number(query.get("limit")), 2) : Infinity;
    const end = Math.min(start + limit, this.#snapshot.length);
    const remainingItemCount = this.#snapshot.length - end;
    const more = remainingItemCount > 0 ? { continue: String(end), remainingItemCount } : {};
    const metadata = { resourceVersion: this.resourceVersion, ...more };
    const text = JSON.stringify({ metadata, items: this.#snapshot.slice(start, end) });
    return { status: 200, headers: {}, body: inPieces(cut ? text.slice(0, -3) : text) };
  }

  #watch(query: URLSearchParams, signal: AbortSignal): TransportResponse {
    const from = Number(query.get("resourceVersion") ?? "");
    const streamsList = query.has("sendInitialEvents");
    if (!streamsList && from < this.#oldestWatchable) return refuse(410, "Expired");
    const first = streamsList ? this.#everything() : this.#since(from);
    const stream: Stream = { from, queue: [first], broken: false, wake: () => undefined };
    this.#streams.add(stream);
    signal.addEventListener("abort", () => this.cut(), { once: true });
    return { status: 200, headers: {}, body: this.#follow(stream) };
  }

  #everything(): string {
    const added = [...this.#services].map(([name, ip]) =>
      event(`+${name}=${ip}`, this.#versions.get(name) ?? ""),
    );
    return added.join("") + bookmark(this.resourceVersion, true);
  }

  #since(from: number): string {
    const missed = this.#history.filter(({ version }) => version > from);
    return missed.map(({ line }) => line).join("");
  }

  async *#follow(stream: Stream): AsyncGenerator<Buffer> {
    try {
      while (!stream.broken) {
        for (const text of stream.queue.splice(0)) yield* inPieces(text);
        if (stream.queue.length > 0 || stream.broken) continue;
        const { promise, resolve } = Promise.withResolvers<void>();
        stream.wake = resolve;
        await promise;
      }
      yield Buffer.from('{"type":"MOD');
      throw new Error("ECONNRESET");
    } finally {
      this.#streams.delete(stream);
    }
  }

  #record(line: string): void {
    this.#history.push({ version: this.#version, line });
    for (const stream of this.#streams) if (this.#version > stream.from) send(stream, line);
  }
}

function send(stream: Stream, text: string): void {
  stream.queue.push(text);
  stream.wake();
}

function refuse(code: number, reason: string, causes: readonly string[] = []): TransportResponse {
  return status(code, reason, { causes }).answer(new FakeClock(), new AbortController().signal);
}

/** Cut where it hurts: within lines and within list items. */
async function* inPieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
}
