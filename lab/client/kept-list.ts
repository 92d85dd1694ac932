import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "#observe/contract.ts";
import type { KubeObject } from "../apiserver/contract.ts";
import { ApiError } from "./api-error.ts";
import type { KubeClient, Watch, WatchHandler } from "./contract.ts";
import type { Transport } from "./transport.ts";

interface KeptListOptions {
  readonly path: string;
  readonly handler: WatchHandler;
  readonly transport: Transport;
  readonly request: KubeClient["request"];
  readonly logger: Logger | undefined;
}

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject & { readonly code?: number };
}

/** The server ends a watch after so long; one that has gone dead unnoticed is left a little later. */
const watchSeconds = 60;
const firstPauseMs = 50;
const longestPauseMs = 1000;

/** List and watch of one collection, begun again from where it was, or from a new list when that is forgotten. */
export class KeptList implements Watch {
  readonly #options: KeptListOptions;
  readonly #known = new Set<string>();
  readonly #closing = new AbortController();
  #stream = new AbortController();
  #revision: string | undefined;
  #pauseMs = firstPauseMs;

  constructor(options: KeptListOptions) {
    this.#options = options;
  }

  restart(): void {
    this.#stream.abort();
  }

  close(): void {
    this.#closing.abort();
    this.#stream.abort();
  }

  /** Until close(). */
  async run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#revision === undefined) await this.#list();
        await this.#watch();
        this.#pauseMs = firstPauseMs;
      } catch (error) {
        if (error instanceof ApiError && error.httpCode === 410) this.#revision = undefined;
        await sleep(this.#pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
        this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
      }
    }
  }

  async #list(): Promise<void> {
    const { path, handler, request } = this.#options;
    const list = await request("GET", path);
    // Closed meanwhile: whoever closed it wants to hear no more.
    if (this.#closing.signal.aborted) return;
    const items = (list.items ?? []) as readonly KubeObject[];
    const gone = new Set(this.#known);
    for (const object of items) {
      gone.delete(keyOf(object));
      this.#tell(keyOf(object), object);
    }
    for (const key of gone) this.#tell(key, undefined);
    this.#revision = list.metadata.resourceVersion;
    this.#guarded(undefined, () => handler.synced?.());
  }

  async #watch(): Promise<void> {
    this.#stream = new AbortController();
    if (this.#closing.signal.aborted) return;
    const { path, transport } = this.#options;
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#revision ?? "0",
      timeoutSeconds: String(watchSeconds),
    });
    const response = await transport.open(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}${query}`,
      {
        timeoutMs: (watchSeconds + 10) * 1000,
        signal: this.#stream.signal,
      },
    );
    const { statusCode = 0 } = response;
    if (statusCode !== 200) {
      response.destroy();
      throw new ApiError(statusCode, "", `watch ${path}: HTTP ${statusCode}`);
    }
    await this.#read(response);
  }

  async #read(response: IncomingMessage): Promise<void> {
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") this.#take(JSON.parse(line) as WatchEvent);
    }
  }

  #take({ type, object }: WatchEvent): void {
    if (this.#closing.signal.aborted) return;
    if (type === "ERROR") throw new ApiError(object.code ?? 500, "", `watch ${this.#options.path}`);
    this.#revision = object.metadata.resourceVersion;
    if (type === "BOOKMARK") return;
    this.#tell(keyOf(object), type === "DELETED" ? undefined : object);
  }

  #tell(key: string, object: KubeObject | undefined): void {
    if (object === undefined) this.#known.delete(key);
    else this.#known.add(key);
    this.#guarded(key, () => this.#options.handler.change(key, object));
  }

  /** A handler's own fault is no reason to ask the server again, nor to keep the other objects from it. */
  #guarded(key: string | undefined, handle: () => void): void {
    try {
      handle();
    } catch (error) {
      const { path, logger } = this.#options;
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      logger?.error({ path, key }, `the handler of a watch failed: ${why}`);
    }
  }
}

function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
