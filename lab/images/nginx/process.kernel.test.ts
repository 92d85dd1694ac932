/** nginx as a process: signals, reload, logs, the files of its image where no image is. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "#test/support/dns-server.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "main.ts");
let folder = "";
let file = "";
let port = 0;
let nginx: Daemon | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
  file = join(folder, "nginx.conf");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = address !== null && typeof address === "object" ? address.port : 0;
  server.close();
  await once(server, "close");
});
afterEach(async () => {
  await nginx?.stop();
  nginx = undefined;
  rmSync(folder, { recursive: true });
});

function configure(server: string): void {
  writeFileSync(
    file,
    `pid ${folder}/pid; events {}\nhttp { server { listen 127.0.0.1:${port}; ${server} } }\n`,
  );
}

async function get(path: string): Promise<string> {
  const { stdout } = await run("curl", [
    "-s",
    "--max-time",
    "5",
    `http://127.0.0.1:${port}${path}`,
  ]);
  return stdout;
}

/** Until a path is answered with that. */
async function answers(path: string, answer: string): Promise<void> {
  await until(async () => (await get(path).catch(() => "")) === answer).catch(() => {
    throw new Error(`${path} is not answered with ${answer}: ${nginx?.output()}`);
  });
}

/** Until the log has that. */
async function logged(words: string): Promise<void> {
  await until(() => nginx?.output().includes(words) === true).catch(() => {});
  expect(nginx?.output()).toContain(words);
}

test("-s reload takes a new configuration, and keeps the old one when the new one is bad", async () => {
  configure('location / { return 200 "one"; }');
  nginx = startDaemon(process.execPath, [main, "-c", file, "-g", "daemon off;"]);
  await answers("/", "one");
  configure('location / { return 200 "two"; }');
  await run(process.execPath, [main, "-c", file, "-s", "reload"]);
  await answers("/", "two");
  configure("locasion / { }");
  nginx.process.kill("SIGHUP");
  await logged(`unknown directive "locasion"`);
  expect(await get("/")).toBe("two");
});

test("SIGQUIT lets a request finish, SIGTERM ends at once", async () => {
  const asked = Promise.withResolvers<Socket>();
  const upstream = createServer((socket) => socket.once("data", () => asked.resolve(socket)));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const address = upstream.address();
  const upstreamPort = address !== null && typeof address === "object" ? address.port : 0;
  configure(
    `location /up { return 200 "up"; } location / { proxy_pass http://127.0.0.1:${upstreamPort}; }`,
  );
  nginx = startDaemon(process.execPath, [main, "-c", file]);
  await answers("/up", "up");
  const late = get("/late");
  const connection = await asked.promise;
  // With the last of its output.
  const ended = once(nginx.process, "close");
  nginx.process.kill("SIGQUIT");
  await logged("SIGQUIT) received");
  connection.end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
  expect(await late).toBe("late");
  expect(await ended).toEqual([0, null]);
  expect(nginx.output()).toMatch(
    /^127\.0\.0\.1 - - \[.*\] "GET \/late HTTP\/1\.1" 200 4 "-" "curl\/.*"$/m,
  );
  nginx = startDaemon(process.execPath, [main, "-c", file]);
  await answers("/up", "up");
  await nginx.stop();
  expect(nginx.process.exitCode).toBe(0);
  upstream.close();
});
