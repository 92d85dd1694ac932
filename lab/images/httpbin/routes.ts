import { randomBytes, randomUUID } from "node:crypto";
import { type Asked, bodyFacts, type Dialect, headersOf, originOf, plainFacts } from "./facts.ts";
import { htmlPage, landingPage, slideshow } from "./pages.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** To wait before it is sent. */
  readonly delayMs: number;
}

type Handler = (asked: Asked, dialect: Dialect, match: readonly string[]) => Partial<Answer>;

interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly handle: Handler;
}

const anyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

/** JSON as Flask and as go-httpbin print it. */
const json = (value: unknown): Partial<Answer> => ({
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value, null, 2)}\n`,
});
const html = (body: string): Partial<Answer> => ({
  headers: { "content-type": "text/html; charset=utf-8" },
  body,
});
const route = (methods: readonly string[], path: RegExp, handle: Handler): Route => ({
  methods,
  path,
  handle,
});

const routes: readonly Route[] = [
  route(["GET"], /^\/$/, () => html(landingPage)),
  route(["GET"], /^\/get$/, (asked, dialect) => json(plainFacts(asked, dialect))),
  ...["POST", "PUT", "PATCH", "DELETE"].map((method) =>
    route([method], new RegExp(`^/${method.toLowerCase()}$`), (asked, dialect) =>
      json(bodyFacts(asked, dialect, false)),
    ),
  ),
  route(anyMethod, /^\/anything(?:\/.*)?$/, (asked, dialect) =>
    json(bodyFacts(asked, dialect, true)),
  ),
  route(["GET"], /^\/headers$/, (asked, dialect) => json({ headers: headersOf(asked, dialect) })),
  route(["GET"], /^\/ip$/, (asked) => json({ origin: originOf(asked) })),
  route(["GET"], /^\/user-agent$/, ({ headers }) =>
    json({ "user-agent": headers["user-agent"] ?? null }),
  ),
  route(["GET"], /^\/uuid$/, () => json({ uuid: randomUUID() })),
  route(["GET"], /^\/json$/, () => json(slideshow)),
  route(["GET"], /^\/html$/, () => html(htmlPage)),
  route(["GET"], /^\/base64\/(.*)$/, (_asked, _dialect, [, text = ""]) =>
    html(Buffer.from(decodeURIComponent(text), "base64url").toString()),
  ),
  route(["GET"], /^\/bytes\/(\d+)$/, (_asked, _dialect, [, count]) => ({
    headers: { "content-type": "application/octet-stream" },
    body: randomBytes(Math.min(Number(count), 100 * 1024)),
  })),
  route(anyMethod, /^\/status\/([^/]+)$/, (_asked, _dialect, [, codes = ""]) => statusOf(codes)),
  route(anyMethod, /^\/delay\/(\d+(?:\.\d+)?)$/, (asked, dialect, [, seconds]) => ({
    ...json(bodyFacts(asked, dialect, false)),
    delayMs: Math.min(Number(seconds), 10) * 1000,
  })),
  route(["GET"], /^\/(?:relative-)?redirect\/([1-9]\d*)$/, (_asked, _dialect, [, count]) =>
    redirect(count === "1" ? "/get" : `/relative-redirect/${Number(count) - 1}`),
  ),
  route(anyMethod, /^\/redirect-to$/, ({ query }) => {
    const args = new URLSearchParams(query);
    return { ...redirect(args.get("url") ?? ""), status: Number(args.get("status_code") ?? 302) };
  }),
  route(["GET"], /^\/response-headers$/, ({ query }) => {
    const asked = Object.fromEntries(new URLSearchParams(query));
    const answer = json(asked);
    return { ...answer, headers: { ...answer.headers, ...asked } };
  }),
  route(["GET"], /^\/healthz?$/, () => ({ body: "OK" })),
];

export function answerOf(asked: Asked, dialect: Dialect): Answer {
  const method = asked.method === "HEAD" ? "GET" : asked.method;
  const fitting = routes.filter(({ path }) => path.test(asked.path));
  const chosen = fitting.find(({ methods }) => methods.includes(method));
  const plain = { status: 200, headers: { "content-type": "text/plain" }, body: "", delayMs: 0 };
  if (asked.method === "OPTIONS" && fitting.length > 0) return plain;
  if (chosen !== undefined)
    return { ...plain, ...chosen.handle(asked, dialect, chosen.path.exec(asked.path) ?? []) };
  return fitting.length === 0
    ? {
        ...plain,
        status: 404,
        ...html("<!DOCTYPE HTML>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"),
      }
    : {
        ...plain,
        status: 405,
        ...html(
          "<!DOCTYPE HTML>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n",
        ),
      };
}

function redirect(location: string): Partial<Answer> {
  return { status: 302, headers: { "content-type": "text/html; charset=utf-8", location } };
}

/** One code, or by chance one of several with their weights: "200", "200,500", "200:3,500:1". */
function statusOf(codes: string): Partial<Answer> {
  const choices = codes.split(",").map((choice) => choice.split(":").map(Number));
  if (choices.some(([code = 0, weight = 1]) => !(code >= 200 && code <= 599) || !(weight >= 0)))
    return { status: 400, body: "Invalid status code" };
  const total = choices.reduce((sum, [, weight = 1]) => sum + weight, 0);
  let left = Math.random() * total;
  const chosen = choices.find(([, weight = 1]) => {
    left -= weight;
    return left < 0;
  });
  const [status = 200] = chosen ?? choices[0] ?? [];
  const location = [301, 302, 303, 305, 307].includes(status) ? { location: "/redirect/1" } : {};
  const asks = status === 401 ? { "www-authenticate": 'Basic realm="Fake Realm"' } : {};
  return { status, headers: { "content-type": "text/html; charset=utf-8", ...location, ...asks } };
}
