/** Each stand-in as the catalogue starts it: real processes on loopback, asked with curl. */
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { imageOf } from "./catalogue.ts";

const run = promisify(execFile);
const started: Daemon[] = [];
afterEach(async () => {
  // serve-hostname goes on after SIGTERM on purpose.
  for (const daemon of started.splice(0)) await daemon.stop(1000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** The argv of an image's program with arguments, as the kubelet makes it. */
function argvOf(reference: string, program: string, args: readonly string[]): readonly string[] {
  return [...(imageOf(reference)?.programs[program] ?? []), ...args];
}

/** Starts a program, and waits until something listens at the port. */
async function serve(
  reference: string,
  program: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Daemon> {
  const [command = "", ...rest] = argvOf(reference, program, args);
  return await until(startedWith(command, rest, env), port);
}

function startedWith(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Daemon {
  const daemon = startDaemon(command, args, env);
  started.push(daemon);
  return daemon;
}

/** Until something listens at the port. */
async function until(daemon: Daemon, port: number): Promise<Daemon> {
  const probe = ["-s", "-o", "/dev/null", `http://127.0.0.1:${port}/none`];
  for (let tries = 0; tries < 400; tries++) {
    const isThere = await run("curl", probe).then(
      () => true,
      () => false,
    );
    if (isThere) return daemon;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens at ${port}: ${daemon.output()}`);
}

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("curl", ["-s", "--max-time", "10", ...args]);
  return stdout;
}

test.each([
  ["gcr.io/google-samples/hello-app:1.0", "1.0.0"],
  ["us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0", "2.0.0"],
])("%s greets with its version", async (image, version) => {
  const port = await freePort();
  const daemon = await serve(image, "hello-app", [], port, { PORT: String(port) });
  const greeting = `Hello, world!\nVersion: ${version}\nHostname: ${hostname()}\n`;
  expect(await curl(`http://127.0.0.1:${port}/`)).toBe(greeting);
  expect(await curl(`http://localhost:${port}/`)).toBe(greeting);
  expect(daemon.output()).toContain("Serving request: /");
});

test("http-echo answers its text with its header, and will not start without one", async () => {
  const port = await freePort();
  const daemon = await serve(
    "hashicorp/http-echo",
    "http-echo",
    ["-text=hello there", `-listen=:${port}`],
    port,
  );
  const answer = await curl("-i", `http://127.0.0.1:${port}/any`);
  expect(answer).toMatch(/x-app-name: http-echo/i);
  expect(answer.endsWith("\r\n\r\nhello there\n")).toBe(true);
  await daemon.stop();
  expect(daemon.process.exitCode).toBe(0);
  const [command = "", ...args] = argvOf("hashicorp/http-echo", "http-echo", []);
  await expect(run(command, args)).rejects.toMatchObject({
    code: 127,
    stderr: "Missing -text option!\n",
  });
});

test("httpbin says what it was asked, in the JSON of its original", async () => {
  const port = await freePort();
  await serve(
    "kennethreitz/httpbin",
    "gunicorn",
    ["-b", `0.0.0.0:${port}`, "httpbin:app", "-k", "gevent"],
    port,
  );
  const base = `http://127.0.0.1:${port}`;
  expect(JSON.parse(await curl(`${base}/get?a=1&b=2&b=3`, "-A", "me"))).toEqual({
    args: { a: "1", b: ["2", "3"] },
    headers: { Accept: "*/*", Host: `127.0.0.1:${port}`, "User-Agent": "me" },
    origin: "127.0.0.1",
    url: `${base}/get?a=1&b=2&b=3`,
  });
  const posted = JSON.parse(
    await curl(`${base}/post`, "-d", "x=1", "-H", "X-Forwarded-For: 10.0.0.9"),
  );
  expect(posted).toMatchObject({
    data: "",
    form: { x: "1" },
    files: {},
    json: null,
    origin: "10.0.0.9",
  });
  expect(Object.keys(posted)).toEqual("args data files form headers json origin url".split(" "));
  const sent = await curl(
    `${base}/anything/x`,
    "-H",
    "Content-Type: application/json",
    "-d",
    '{"k":[1]}',
  );
  expect(JSON.parse(sent)).toMatchObject({ method: "POST", data: '{"k":[1]}', json: { k: [1] } });
  const status = ["-o", "/dev/null", "-w", "%{http_code} %{num_redirects}", "-L"];
  expect(await curl(...status, `${base}/status/418`)).toBe("418 0");
  expect(await curl(...status, `${base}/redirect/3`)).toBe("200 3");
  expect(await curl(...status, `${base}/post`)).toBe("405 0");
  expect(await curl(`${base}/base64/aGVsbG8=`)).toBe("hello");
  expect(await curl("-o", "/dev/null", "-w", "%{size_download}", `${base}/bytes/37`)).toBe("37");
  expect(JSON.parse(await curl(`${base}/ip`))).toEqual({ origin: "127.0.0.1" });
});

test("go-httpbin has lists where the other has single values", async () => {
  const port = await freePort();
  await serve("mccutchen/go-httpbin", "go-httpbin", ["-port", String(port)], port);
  const got = JSON.parse(await curl(`http://127.0.0.1:${port}/get?a=1`));
  expect(got).toMatchObject({ args: { a: ["1"] }, method: "GET", origin: "127.0.0.1" });
});

test.each(["registry.k8s.io/echoserver:1.4", "registry.k8s.io/echoserver:1.10"])(
  "%s says back what came",
  async (image) => {
    const port = await freePort();
    await serve(image, "echoserver", [], port, { PORT: String(port) });
    const said = await curl(`http://127.0.0.1:${port}/path?q=1`, "-d", "body text");
    expect(said).toContain("client_address=127.0.0.1");
    expect(said).toContain("real path=/path?q=1");
    expect(said).toContain("body text");
  },
);

test("agnhost netexec answers over HTTP and UDP and asks others", async () => {
  const [port, udpPort] = [await freePort(), await freePort()];
  await serve(
    "registry.k8s.io/e2e-test-images/agnhost:2.53",
    "agnhost",
    ["netexec", `--http-port=${port}`, `--udp-port=${udpPort}`],
    port,
  );
  const base = `http://127.0.0.1:${port}`;
  expect(await curl(`${base}/hostname`)).toBe(hostname());
  expect(await curl(`${base}/clientip`)).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(await curl("-w", " %{http_code}", `${base}/echo?msg=hi&code=201`)).toBe("hi 201");
  expect(await curl(`${base}/header?key=X-Mine`, "-H", "X-Mine: me")).toBe("me");
  expect(await curl("-o", "/dev/null", "-w", "%{http_code}", `${base}/healthz`)).toBe("200");
  expect(await curl(`${base}/`)).toMatch(/^NOW: \d{4}-/);
  expect(await curl(`${base}/shell?cmd=echo%20out;exit%203`)).toBe(
    '{"error":"exit status 3","output":"out\\n"}',
  );
  const dial = `${base}/dial?host=127.0.0.1&tries=2`;
  expect(await curl(`${dial}&port=${udpPort}&protocol=udp&request=hostname`)).toBe(
    JSON.stringify({ responses: [hostname(), hostname()] }),
  );
  expect(await curl(`${dial}&port=${port}&protocol=http&request=echo?msg=x`)).toBe(
    '{"responses":["x","x"]}',
  );
  expect(await curl(`${dial}&port=1&request=hostname`)).toMatch(/^\{"errors":\[/);
  const breaksOff = createServer((socket) => {
    // Once it was asked: what nobody has read resets the connection.
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"));
  }).listen(0, "127.0.0.1");
  await once(breaksOff, "listening");
  expect(await curl(`${dial}&port=${portOf(breaksOff)}&request=hostname`)).toMatch(
    /^\{"errors":\["Get .*: aborted"/,
  );
  breaksOff.close();

  const socket = createSocket("udp4");
  socket.send("echo hello there", udpPort, "127.0.0.1");
  const [message] = await once(socket, "message");
  socket.close();
  expect(String(message)).toBe("hello there");
});

test("agnhost connect tells how a connection fails", async () => {
  const connect = (...args: readonly string[]) => {
    const [command = "", ...rest] = argvOf("agnhost", "/agnhost", ["connect", ...args]);
    return run(command, rest);
  };
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  await expect(connect(`127.0.0.1:${port}`)).resolves.toBeDefined();
  server.close();
  await expect(connect(`127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
    code: 1,
    stderr: "REFUSED\n",
  });
  await expect(connect("nowhere.invalid:80")).rejects.toMatchObject({
    stderr: expect.stringMatching(/^DNS: /),
  });
  await expect(connect("here")).rejects.toMatchObject({
    stderr: expect.stringMatching(/^UNKNOWN: /),
  });
});

test("agnhost serve-hostname, porter and the small subcommands", async () => {
  const [port, served] = [await freePort(), await freePort()];
  await serve("agnhost", "agnhost", ["serve-hostname", "--port", String(port)], port);
  expect(await curl(`http://127.0.0.1:${port}/`)).toBe(hostname());
  await serve("agnhost", "agnhost", ["porter"], served, {
    [`SERVE_PORT_${served}`]: "from porter",
  });
  expect(await curl(`http://127.0.0.1:${served}/`)).toBe("from porter");
  const say = async (...args: readonly string[]): Promise<string> => {
    const [command = "", ...rest] = argvOf("agnhost", "agnhost", args);
    return (await run(command, rest)).stdout;
  };
  expect(await say("entrypoint-tester", "a", "b")).toBe("[/agnhost entrypoint-tester a b]\n");
  expect(await say("etc-hosts")).toContain("localhost");
  expect(await say("help")).toContain("netexec");
});

test("agnhost pauses until it is told to end", async () => {
  const [command = "", ...args] = argvOf("agnhost", "agnhost", ["pause"]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("Paused\n");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("python -m http.server serves a folder", async () => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "fairlead-python-"));
  writeFileSync(join(folder, "page.html"), "a page");
  const [command = "", ...argv] = imageOf("python", () => false)?.programs.python ?? [];
  const args = ["-m", "http.server", String(port), "--directory", folder];
  await until(startedWith(command, [...argv, ...args]), port);
  expect(await curl(`http://127.0.0.1:${port}/page.html`)).toBe("a page");
  expect(await curl(`http://127.0.0.1:${port}/`)).toContain('<a href="page.html">');
  expect(await curl("-o", "/dev/null", "-w", "%{http_code}", `http://127.0.0.1:${port}/none`)).toBe(
    "404",
  );
  rmSync(folder, { recursive: true });
});
