/** hashicorp/http-echo: answers every request with one text. */
import { createServer } from "node:http";
import { endAtSignal } from "../serving/ending.ts";
import { goLog, parseGoFlags } from "../serving/go.ts";
import { listen, peerOf } from "../serving/listen.ts";
import { slashedTime } from "../serving/times.ts";

const version = "1.0.0";
const options = {
  listen: { type: "string", default: ":5678" },
  text: { type: "string" },
  "status-code": { type: "string", default: "200" },
  version: { type: "boolean" },
} as const;

function refuse(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(127);
}

const { values, positionals } = parseGoFlags(process.argv.slice(2), options);
if (values.version === true) {
  process.stderr.write(`http-echo v${version}\n`);
  process.exit(0);
}
const text = values.text ?? process.env.ECHO_TEXT;
if (typeof text !== "string" || text === "") refuse("Missing -text option!");
if (positionals.length > 0) refuse("Too many arguments!");
const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(String(values.listen)) ?? [];
if (port === undefined) refuse(`listen ${values.listen}: missing port in address`);

const server = createServer((request, response) => {
  const startMs = performance.now();
  const isHealth = request.url === "/health";
  const body = isHealth ? '{"status":"ok"}' : `${text}\n`;
  const type = isHealth ? "application/json" : "text/plain; charset=utf-8";
  const status = isHealth ? 200 : Number(values["status-code"]);
  response.writeHead(status, {
    "x-app-name": "http-echo",
    "x-app-version": version,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
  if (isHealth) return;
  const asked = `"${request.method} ${request.url} HTTP/${request.httpVersion}"`;
  const micros = Math.round((performance.now() - startMs) * 1000);
  process.stdout.write(
    `${slashedTime(new Date())} ${request.headers.host} ${peerOf(request.socket)} ${asked} ${status} ${body.length} "${request.headers["user-agent"] ?? ""}" ${micros}µs\n`,
  );
});

endAtSignal(() => [server], {
  signals: ["SIGTERM", "SIGINT"],
  told: () => goLog("[INFO] received interrupt, shutting down..."),
});
await listen(server, Number(port), host === "" ? undefined : host);
goLog(`[INFO] server is listening on ${values.listen}`);
