import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decode, encode } from "dns-packet";
import { expect, onTestFinished, test } from "vitest";
import { until } from "#test/support/dns-server.ts";
import { freePorts } from "#test/support/ports.ts";
import { askOnce } from "./asker.ts";
import { FIRST_PORT, get, startServer, temporaryFolder } from "./server.ts";

test("the reload plugin sees a ConfigMap whose links are swapped, imports included", async () => {
  const folder = temporaryFolder();
  const [port = 0] = await freePorts(1, FIRST_PORT);
  const version = (name: string, zone: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, "zone.server"),
      `${zone}:${port} {\n  whoami\n  reload 2s 0s\n}\n`,
    );
    writeFileSync(join(folder, name, "Corefile"), "import *.server\n");
  };
  version("..1", "a.test");
  version("..2", "b.test");
  symlinkSync("..1", join(folder, "..data"));
  for (const file of ["Corefile", "zone.server"]) symlinkSync(`..data/${file}`, join(folder, file));
  const server = await startServer(folder, undefined);
  expect(await askOnce(port, "a.test")).toBe("NODATA");
  symlinkSync("..2", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  await server.line(/reloading complete/);
  expect([await askOnce(port, "a.test"), await askOnce(port, "b.test")]).toEqual([
    "REFUSED",
    "NODATA",
  ]);
  // What has not changed is left alone.
  const before = server.lines().length;
  await sleep(2500);
  expect(server.lines().length).toBe(before);
});

test("queries in hand are answered by the configuration that took them", async () => {
  const [port = 0, gone = 0, upstream = 0] = await freePorts(3, FIRST_PORT);
  const held: (() => void)[] = [];
  const slow = createSocket("udp4", (query, from) => {
    const { id = 0, questions = [] } = decode(query);
    const [question] = questions;
    if (question === undefined) return;
    const answer = { type: "A" as const, name: question.name, ttl: 1, data: "192.0.2.1" };
    const reply = encode({ type: "response", id, flags: 0x180, questions, answers: [answer] });
    const send = () => slow.send(reply, from.port, from.address);
    if (question.name.startsWith("held.")) held.push(send);
    else send();
  });
  onTestFinished(() => void slow.close());
  slow.bind(upstream, "127.0.0.1");
  await once(slow, "listening");

  const server = await startServer(
    temporaryFolder(),
    `.:${port} .:${gone} {\n  forward . 127.0.0.1:${upstream} {\n    read_timeout 1m\n  }\n}\n`,
  );
  const early = ["a", "b"].map((zone, index) =>
    askOnce([port, gone][index] ?? 0, `held.${zone}.test`, 30_000),
  );
  await until(() => held.length >= early.length);
  const reloaded = server.reload(`.:${port} {\n  whoami\n}\n`);
  await until(async () => (await askOnce(port, "c.test")) === "NODATA");
  for (const send of held) send();
  expect(await Promise.all(early)).toEqual(["192.0.2.1", "192.0.2.1"]);
  expect(await reloaded).toMatch(/complete/);
});

test("watches that both configurations ask for are kept", async () => {
  const [port = 0, http = 0] = await freePorts(2, FIRST_PORT);
  const requests: string[] = [];
  const api = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://api");
    if (url.searchParams.get("sendInitialEvents") !== null) {
      response.writeHead(422).end();
      return;
    }
    if (url.searchParams.get("watch") !== null) {
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      return;
    }
    requests.push(url.pathname);
    const list = { kind: "List", metadata: { resourceVersion: "1" }, items: [] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
  });
  onTestFinished(() => {
    api.closeAllConnections();
    api.close();
  });
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
  const address = api.address();
  const apiPort = typeof address === "object" ? address?.port : undefined;
  const corefile = (options: string, rest = "") => `cluster.local:${port} {
  kubernetes {
    endpoint http://127.0.0.1:${apiPort}
    ${options}
  }
  ready 127.0.0.1:${http}
  ${rest}
}
`;
  const server = await startServer(temporaryFolder(), corefile(""));
  const isReady = async () => (await get(`http://127.0.0.1:${http}/ready`)) === "200 OK";
  await until(isReady);
  const listed = requests.length;
  expect(listed).toBeGreaterThanOrEqual(3);
  await server.reload(corefile("", "errors"));
  await server.reload(corefile("ttl 30", "log"));
  expect(await askOnce(port, "x.default.svc.cluster.local")).toBe("NXDOMAIN");
  expect(requests.length).toBe(listed);
  await server.reload(corefile("labels shown=yes"));
  await until(() => requests.length > listed);
  await until(isReady);
});
