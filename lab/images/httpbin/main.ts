/** httpbin: kennethreitz/httpbin, or with "go" as first argument mccutchen/go-httpbin. */
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { answering, targetOf } from "../serving/answering.ts";
import { bodyOf } from "../serving/body.ts";
import { endAtSignal } from "../serving/ending.ts";
import { goLog, parseGoFlags } from "../serving/go.ts";
import { listen, plainAddress } from "../serving/listen.ts";
import type { Dialect } from "./facts.ts";
import { answerOf } from "./routes.ts";

const [kind, ...args] = process.argv.slice(2);
const dialect: Dialect = kind === "go" ? "go" : "python";

const server = createServer(
  answering(async (request, response) => {
    const startMs = performance.now();
    const { path } = targetOf(request);
    const { method = "GET", headers, url = "/" } = request;
    const answer = answerOf(
      {
        method,
        path,
        query: url.slice(path.length + 1),
        headers,
        client: plainAddress(request.socket.remoteAddress),
        body: (await bodyOf(request)) ?? Buffer.of(),
      },
      dialect,
    );
    if (answer.delayMs > 0) await setTimeout(answer.delayMs);
    response.writeHead(answer.status, {
      ...(dialect === "python" ? { server: "gunicorn/19.9.0" } : {}),
      ...answer.headers,
      "content-length": Buffer.byteLength(answer.body),
      "access-control-allow-origin": headers.origin ?? "*",
      "access-control-allow-credentials": "true",
    });
    response.end(answer.body);
    if (dialect === "go") logRequest(answer.status, method, url, startMs);
  }),
);

/** go-httpbin logs each request with log/slog; the other logs its start and its end alone. */
function logRequest(status: number, method: string, uri: string, startMs: number): void {
  const ms = (performance.now() - startMs).toFixed(2);
  process.stdout.write(
    `time=${new Date().toISOString()} level=INFO msg="${status} ${method} ${uri} ${ms}ms" status=${status} method=${method} uri=${uri} duration_ms=${ms}\n`,
  );
}

function gunicornLog(line: string): void {
  const time = `${new Date().toISOString().slice(0, 19).replace("T", " ")} +0000`;
  process.stderr.write(`[${time}] [${process.pid}] [INFO] ${line}\n`);
}

async function serveGo(): Promise<void> {
  const { values } = parseGoFlags(args, { host: { type: "string" }, port: { type: "string" } });
  const host = String(values.host ?? process.env.HOST ?? "");
  const port = Number(values.port ?? process.env.PORT ?? 8080);
  endAtSignal(() => [server], { signals: ["SIGTERM", "SIGINT"] });
  await listen(server, port, host === "" || host === "0.0.0.0" ? undefined : host);
  goLog(`go-httpbin listening on http://${host || "0.0.0.0"}:${port}`);
}

async function servePython(): Promise<void> {
  const { values } = parseGoFlags(args, {
    b: { type: "string", default: "0.0.0.0:80" },
    k: { type: "string" },
    w: { type: "string" },
  });
  gunicornLog("Starting gunicorn 19.9.0");
  endAtSignal(() => [server], {
    signals: ["SIGTERM", "SIGINT"],
    told: (signal) => gunicornLog(`Handling signal: ${signal === "SIGTERM" ? "term" : "int"}`),
    ended: () => gunicornLog("Shutting down: Master"),
  });
  await listen(server, Number(String(values.b).split(":").at(-1)));
  gunicornLog(`Listening at: http://${values.b} (${process.pid})`);
}

await (dialect === "go" ? serveGo() : servePython());
