import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { Handler } from "../contract.ts";
import type { ProbeTarget } from "./contract.ts";
import { runHandler } from "./run-handler.ts";

const target: ProbeTarget = {
  address: "127.0.0.1",
  ports: new Map([["http", 1]]),
  exec: () => Promise.reject(new Error("there is no such container")),
};

test.each<[string, Handler, RegExp]>([
  ["a host that is none", { httpGet: { host: "a b", port: "http" } }, /Invalid URL/],
  [
    "a header that may not be sent",
    { httpGet: { port: "http", httpHeaders: [{ name: "a b", value: "c" }] } },
    /Header name must be a valid HTTP token/,
  ],
  ["a port that is none", { tcpSocket: { port: 70_000 } }, /70000/],
  ["a command that cannot run", { exec: { command: ["true"] } }, /no such container/],
])("%s is an outcome, not an error", async (_, handler, message) => {
  const outcome = await runHandler(handler, target, 1000);
  expect(outcome).toEqual({ isSuccess: false, message: expect.stringMatching(message) });
});

test("so is a redirect to nowhere", async () => {
  const server = createServer((_, response) =>
    response.writeHead(302, { location: "http://[" }).end(),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  const outcome = await runHandler({ httpGet: { port } }, target, 1000);
  server.close();
  expect(outcome).toEqual({ isSuccess: false, message: "Invalid URL" });
});
