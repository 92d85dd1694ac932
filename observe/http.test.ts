import { expect, onTestFinished, test } from "vitest";
import { createHttpListener } from "./http.ts";

async function listener() {
  const http = createHttpListener({ host: "127.0.0.1", port: 0 });
  http.route("/health", () => ({ status: 200, body: "OK" }));
  http.route("/broken", () => {
    throw new Error("no numbers");
  });
  const { port } = await http.listen();
  onTestFinished(() => http.close());
  return { http, port, url: `http://127.0.0.1:${port}` };
}

test.each([
  ["GET", "/health", 200, "OK"],
  ["GET", "/health?verbose", 200, "OK"],
  ["HEAD", "/health", 200, ""],
  ["POST", "/health", 405, "GET and HEAD alone\n"],
  ["GET", "/nothing", 404, "there is /health, /broken\n"],
  ["GET", "/broken", 500, "no numbers\n"],
])("%s %s gives %i", async (method, path, status, body) => {
  const { url } = await listener();
  const response = await fetch(url + path, { method });
  expect([response.status, await response.text()]).toEqual([status, body]);
});

test("a route of * takes what is left, with headers of its own", async () => {
  const { http, url } = await listener();
  const giveBack = http.route("*", () => ({
    status: 503,
    body: "any",
    headers: { "x-weight": "0" },
  }));
  const response = await fetch(`${url}/what/ever`);
  expect([response.status, response.headers.get("x-weight")]).toEqual([503, "0"]);
  expect(await (await fetch(`${url}/health`)).text()).toBe("OK");
  giveBack();
  expect((await fetch(`${url}/what/ever`)).status).toBe(404);
});

test("listen() binds once, close() can be repeated", async () => {
  const { http, port, url } = await listener();
  expect((await http.listen()).port).toBe(port);
  await http.close();
  await http.close();
  await expect(fetch(url)).rejects.toThrow();
});

test("a taken port is named", async () => {
  const { port } = await listener();
  const second = createHttpListener({ host: "127.0.0.1", port });
  await expect(second.listen()).rejects.toMatchObject({
    code: "FL-L002",
    message: `TCP 127.0.0.1:${port} is taken by another process`,
  });
});

test("another failure keeps the system's reason", async () => {
  const elsewhere = createHttpListener({ host: "192.0.2.1", port: 0 });
  await expect(elsewhere.listen()).rejects.toMatchObject({
    code: "FL-L001",
    message: expect.stringMatching(/^listen on TCP 192\.0\.2\.1:0: .*EADDRNOTAVAIL/),
  });
});

test("a path given back goes to the next that asked for it", async () => {
  const { http, url } = await listener();
  const ask = async () => (await fetch(`${url}/ready`)).text();
  const giveBack = http.route("/ready", () => ({ status: 200, body: "former" }));
  http.route("/ready", () => ({ status: 503, body: "next" }));
  expect(await ask()).toBe("former");
  giveBack();
  giveBack();
  expect(await ask()).toBe("next");
});
