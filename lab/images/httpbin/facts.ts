/** What httpbin says about a request: values of JSON, in the manner of the original in Python or of the one in Go. */
import type { IncomingHttpHeaders } from "node:http";
import { type Field, formOf } from "./form.ts";

export type Dialect = "python" | "go";

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Without "?", as it came. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly client: string;
  readonly body: Buffer;
}

export type Facts = Readonly<Record<string, unknown>>;

/** Of proxies: Python's leaves them out unless the query has show_env. */
const hiddenHeaders = new Set(
  "x-varnish x-request-start x-real-ip x-forwarded-proto x-forwarded-protocol x-forwarded-ssl x-forwarded-for x-forwarded-port x-request-id via".split(
    " ",
  ),
);

function argsOf({ query }: Asked, dialect: Dialect): Facts {
  return gather([...new URLSearchParams(query)], dialect);
}

export function headersOf(asked: Asked, dialect: Dialect): Facts {
  const hides = dialect === "python" && !new URLSearchParams(asked.query).has("show_env");
  const shown = Object.entries(asked.headers).filter(
    ([name]) => !(hides && hiddenHeaders.has(name)),
  );
  return Object.fromEntries(
    shown
      .map(([name, value]): [string, unknown] => {
        const text = Array.isArray(value) ? value.join(",") : String(value);
        return [titled(name), dialect === "go" ? [text] : text];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function originOf({ headers, client }: Asked): string {
  return headers["x-forwarded-for"]?.toString() ?? client;
}

function urlOf({ headers, path, query }: Asked): string {
  const scheme = headers["x-forwarded-proto"] ?? "http";
  return `${scheme}://${headers.host ?? ""}${path}${query === "" ? "" : `?${query}`}`;
}

/** The facts of /get. */
export function plainFacts(asked: Asked, dialect: Dialect): Facts {
  const method = dialect === "go" ? { method: asked.method } : {};
  return {
    args: argsOf(asked, dialect),
    headers: headersOf(asked, dialect),
    ...method,
    origin: originOf(asked),
    url: urlOf(asked),
  };
}

/** The facts of /post, /put and the like, and with `method` of /anything. */
export function bodyFacts(asked: Asked, dialect: Dialect, withMethod: boolean): Facts {
  const type = asked.headers["content-type"] ?? "";
  const { fields, files } = formOf(asked.body, type);
  const isForm = fields.length + files.length > 0;
  const facts = {
    ...plainFacts(asked, dialect),
    data: isForm && dialect === "python" ? "" : textOrData(asked.body),
    files: gather(files, dialect),
    form: gather(fields, dialect),
    json: isForm ? null : jsonOf(asked.body),
    ...(withMethod || dialect === "go" ? { method: asked.method } : {}),
  };
  return dialect === "go" ? facts : sorted(facts);
}

function sorted(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Python's has a list only for what comes more than once, Go's always. */
function gather(fields: readonly Field[], dialect: Dialect): Facts {
  const lists = new Map<string, string[]>();
  for (const [name, value] of fields) lists.set(name, [...(lists.get(name) ?? []), value]);
  const values = [...lists].map(([name, list]) => [
    name,
    dialect === "python" && list.length === 1 ? list[0] : list,
  ]);
  return sorted(Object.fromEntries(values));
}

function titled(name: string): string {
  return name.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  );
}

/** Text, or a data: URL for what is no UTF-8. */
function textOrData(body: Buffer): string {
  const text = body.toString();
  return Buffer.from(text).equals(body)
    ? text
    : `data:application/octet-stream;base64,${body.toString("base64")}`;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
