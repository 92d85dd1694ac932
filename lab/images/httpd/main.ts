/** Apache's httpd as its image starts it: files of a folder. Of a mounted httpd.conf it reads Listen and DocumentRoot. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { answering } from "../serving/answering.ts";
import { endAtSignal } from "../serving/ending.ts";
import { listen, plainAddress } from "../serving/listen.ts";
import { apacheTime, commonLogTime } from "../serving/times.ts";
import { configurationOf } from "./configuration.ts";
import { serveFile } from "./files.ts";

const version = process.env.HTTPD_VERSION ?? "2.4.62";
const configurationFile = "/usr/local/apache2/conf/httpd.conf";

function notice(module: string, words: string): void {
  process.stderr.write(
    `[${apacheTime(new Date())}] [${module}:notice] [pid ${process.pid}:tid ${process.pid}] ${words}\n`,
  );
}

function readConfiguration(): string {
  try {
    return readFileSync(configurationFile, "utf8");
  } catch {
    return "";
  }
}

const { ports, documentRoot } = configurationOf(readConfiguration());
const listener = answering(async (request, response) => {
  const { method = "GET", url = "/", httpVersion } = request;
  const answer = await serveFile(documentRoot, method, url, request.headers);
  const body = method === "HEAD" ? "" : answer.body;
  response.writeHead(answer.status, {
    server: `Apache/${version} (Unix)`,
    ...answer.headers,
    ...(answer.status === 304 ? {} : { "content-length": Buffer.byteLength(answer.body) }),
  });
  response.end(body);
  const sizeBytes = Buffer.byteLength(body);
  const asked = `"${method} ${url} HTTP/${httpVersion}"`;
  process.stdout.write(
    `${plainAddress(request.socket.remoteAddress)} - - [${commonLogTime(new Date())}] ${asked} ${answer.status} ${sizeBytes === 0 ? "-" : sizeBytes}\n`,
  );
});
const servers = ports.map(() => createServer(listener));

// SIGWINCH, which the image names as its signal to stop, lets requests finish; SIGTERM does not.
process.on("SIGTERM", () => {
  notice("mpm_event", "AH00491: caught SIGTERM, shutting down");
  process.exit(0);
});
endAtSignal(() => servers, {
  signals: ["SIGWINCH"],
  told: () => notice("mpm_event", "AH00492: caught SIGWINCH, shutting down gracefully"),
});
try {
  for (const [index, server] of servers.entries()) await listen(server, ports[index] ?? 80);
} catch (error) {
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`(98)Address already in use: AH00072: make_sock: ${words}\n`);
  process.exit(1);
}
notice("mpm_event", `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`);
notice("core", `AH00094: Command line: '${["httpd", ...process.argv.slice(2)].join(" ")}'`);
