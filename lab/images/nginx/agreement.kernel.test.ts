import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere, findNginx } from "#test/support/capabilities.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { cases, refused } from "./cases.ts";

const run = promisify(execFile);
const standIn = [process.execPath, join(import.meta.dirname, "main.ts")];

/** Says what it was asked: the request line; below /headers/ its headers; /redirect/ and /status/N as they say; /slow/ never. */
function upstream(name: string): Promise<Server> {
  const server = createServer((asked, response) => {
    const { url = "/", method, headers } = asked;
    if (url.startsWith("/slow/")) return;
    if (url.startsWith("/redirect/"))
      response.writeHead(302, { location: `http://${headers.host}/redirect/there` });
    const [, status] = /^\/status\/(\d+)/.exec(url) ?? [];
    if (status !== undefined) response.statusCode = Number(status);
    const shown = Object.entries(headers)
      .filter(([header]) => header === "host" || header.startsWith("x-"))
      .map(([header, value]) => `${header}=${value}`)
      .sort();
    response.end(url.startsWith("/headers/") ? shown.join(" ") : `${name} ${method} ${url}`);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port; // listens on TCP

async function freePort(): Promise<number> {
  const server = await upstream("");
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function ask(port: number, name: string, line: string): Promise<Answer> {
  const [method = "GET", path = "/", ...more] = line.split(" ");
  const given = more.map((header) => header.split(/:(.*)/s).slice(0, 2));
  const headers = { host: `${name}:${port}`, ...Object.fromEntries(given) };
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      headers,
      agent: false,
      timeout: 10_000,
    });
    asked.on("timeout", () => asked.destroy(new Error(`${line}: no answer in 10 s`)));
    asked.on("error", reject);
    asked.on("response", async (response) => {
      let body = "";
      for await (const piece of response) body += piece;
      resolve({ status: response.statusCode ?? 0, location: response.headers.location, body });
    });
    asked.end();
  });
}

const folder = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
const root = join(folder, "root");
const places: Record<string, string> = { ROOT: root };
let ups: readonly Server[] = [];

beforeAll(async () => {
  const files = {
    "index.html": "root index\n",
    "custom404.html": "custom page",
    "sub/index.html": "sub index",
    "sub/a.txt": "a text",
    "sub/other/index.html": "other index",
    "app/index.html": "app index",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  mkdirSync(join(root, "empty"));
  ups = [await upstream("up1"), await upstream("up2")];
  for (const [index, server] of ups.entries()) places[`UP${index + 1}`] = String(portOf(server));
  places.DOWN = String(await freePort());
});

afterAll(() => {
  for (const server of ups) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});

const placed = (text: string): string =>
  Object.entries(places).reduce((done, [name, value]) => done.replaceAll(name, value), text);

function suite(title: string, command: readonly string[]): void {
  const [program = "", ...args] = command;
  const file = join(folder, `${title.replaceAll(" ", "-")}.conf`);
  let nginx: Daemon | undefined;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const blocks = cases.map(
      (one, index) =>
        `${one.http ?? ""}\nserver { listen 127.0.0.1:${port}; server_name case${index}.test; ${one.server} }`,
    );
    const quiet = "access_log off; error_log /dev/null; types { text/html html; text/plain txt; }";
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
      .join(" ");
    writeFileSync(
      file,
      placed(
        `user root; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}\nhttp { ${quiet} ${temporary}\n${blocks.join("\n")}\n}\n`,
      ),
    );
    nginx = startDaemon(program, [...args, "-c", file, "-g", "daemon off;"]);
    for (let tries = 0; tries < 400; tries++) {
      if (
        await ask(port, "case0.test", "GET /").then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`it does not answer: ${nginx.output()}`);
  });

  afterAll(() => nginx?.stop());

  test.each(cases.map((one, index) => ({ ...one, index })))("$name", async ({ asked, index }) => {
    const name = `case${index}.test`;
    const got: (readonly [string, string])[] = [];
    for (const [line] of asked) {
      const { status, location, body } = await ask(port, name, line);
      const [, page] = /<center><h1>(.*)<\/h1>/.exec(body) ?? [];
      got.push([
        line,
        `${status} ${location ?? (page === undefined ? body.trim() : `page ${page}`)}`,
      ]);
    }
    const wanted = asked.map(([line, answer]) => [
      line,
      placed(answer).replaceAll("HOST", `${name}:${port}`).replaceAll("NAME", name),
    ]);
    expect(got).toEqual(wanted);
  });

  test.each(refused)("does not start with %j", async (text, words) => {
    const bad = join(folder, "bad.conf");
    writeFileSync(bad, `pid ${folder}/pid2; ${text}`);
    const tried = run(program, [...args, "-t", "-c", bad], { timeout: 20_000 });
    const said = await tried.then(
      () => "it starts",
      (error: { readonly stderr: string }) => error.stderr,
    );
    const pattern = words
      .replaceAll("FILE", bad)
      .replaceAll("FOLDER", folder)
      .split(" (…)")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("(?: \\(.*\\))?");
    expect(said).toMatch(new RegExp(`\\[emerg\\] (?:\\d+#\\d+: )?${pattern}`));
  });
}

describe("the lab's stand-in", () => suite("stand-in", standIn));

describeWhere(["nginx"], "nginx itself, which the table is about", () =>
  suite("nginx", [findNginx() ?? "nginx"]),
);
