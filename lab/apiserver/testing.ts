/** A small client for tests: requests as values, watches as lines. */
import type { KubeObject } from "./contract.ts";

export interface Answer {
  readonly code: number;
  // Tests look into answers of every kind; what is not there reads as undefined and fails their expectation.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the tests are about
  readonly body: any;
}

/** One event of a watch. */
export interface Line {
  readonly type: string;
  readonly object: KubeObject;
}

export async function request(
  url: string,
  method = "GET",
  body?: unknown,
  contentType = "application/json",
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: text, headers: { "content-type": contentType } }),
  });
  return { code: response.status, body: await response.json() };
}

/** What a client that asks for a certain form gets: the code, the form, the body. */
export async function fetchAs(
  url: string,
  accept: string,
): Promise<Answer & { readonly type: string | null }> {
  const response = await fetch(url, { headers: { accept } });
  const type = response.headers.get("content-type");
  return { code: response.status, type, body: await response.json() };
}

/** An open watch, read line by line. */
export class WatchReader {
  readonly code: number;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error("a watch has a body");
    this.code = response.status;
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(url: string): Promise<WatchReader> {
    return new WatchReader(await fetch(url));
  }

  /** The next event, undefined at the end of the stream. */
  async next(): Promise<Line | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return JSON.parse(line) as Line;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }

  async take(count: number): Promise<Line[]> {
    const lines: Line[] = [];
    while (lines.length < count) {
      const line = await this.next();
      if (line === undefined) break;
      lines.push(line);
    }
    return lines;
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** "ADDED web" for each line: what most expectations are about. */
export function brief(lines: readonly Line[]): string[] {
  return lines.map(({ type, object }) => `${type} ${object.metadata.name ?? ""}`.trim());
}

export function configMap(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  data = {},
): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data };
}
