import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { LogFile } from "../containers/log-file.ts";
import { serveLogs } from "./logs.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a log that is full begins anew: who follows it misses nothing, and one former file is kept", async () => {
  const of = join(folder, "default_web_uid", "server");
  const log = new LogFile(join(of, "0.log"), () => 0, 200);
  let isRunning = true;
  const server = createServer((_, response) => {
    const source = { logFolder: folder, namespace: "default", pod: "web", container: "server" };
    const parameters = new URLSearchParams({ follow: "true" });
    void serveLogs(response, { ...source, isRunning: () => isRunning }, parameters);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ port, host: "127.0.0.1" }), "response")) as [
    IncomingMessage,
  ];
  let followed = "";
  response.setEncoding("utf8").on("data", (chunk) => {
    followed += chunk;
  });
  const ended = once(response, "end");
  const lines = Array.from({ length: 12 }, (_, number) => `line ${number}`);
  for (const line of lines) {
    log.write("stdout", Buffer.from(`${line}\n`));
    // Not faster than it is read: what is renamed twice between two looks is gone, as with a kubelet.
    await vi.waitFor(() => expect(followed).toContain(`${line}\n`), { timeout: 10_000 });
  }
  expect(readdirSync(of).sort()).toEqual(["0.log", "0.log.1"]);
  // The pod's logs are deleted while somebody follows them.
  rmSync(of, { recursive: true });
  isRunning = false;
  await ended;
  expect(followed.trim().split("\n")).toEqual(lines);
  log.close();
  server.close();
});
