import type http from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { type Protocol, startServer } from "../testing/http-server.ts";
import { testCertificate } from "../testing/tls.ts";
import { ApiClient, type RequestOutcome } from "./client.ts";
import { createHttpTransport } from "./http-transport.ts";

const options = { signal: new AbortController().signal, idleTimeoutMs: 5000 };

async function clientOf(listener: http.RequestListener, protocol: Protocol) {
  const server = await startServer(listener, protocol);
  onTestFinished(server.close);
  const outcomes: RequestOutcome[] = [];
  const transport = createHttpTransport({
    server: new URL(server.origin),
    tls: async () => ({ ca: testCertificate }),
  });
  const client = new ApiClient({ transport, onRequest: (outcome) => outcomes.push(outcome) });
  onTestFinished(() => client.close());
  return { client, outcomes };
}

it.each(["http", "https", "h2"] as const)("writes and patches over %s", async (protocol) => {
  const seen: unknown[] = [];
  const sockets = new Set<unknown>();
  const { client, outcomes } = await clientOf(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    sockets.add(request.socket.remotePort);
    seen.push([request.method, request.url, request.headers["content-type"], body]);
    response.writeHead(request.method === "POST" ? 201 : 200).end("{}");
  }, protocol);
  await client.write("POST", "/things", { name: "räder" }, options);
  const contentType = "application/merge-patch+json";
  await client.write("PATCH", "/things/a", { count: 2 }, { ...options, contentType });
  expect(seen).toEqual([
    ["POST", "/things", "application/json", '{"name":"räder"}'],
    ["PATCH", "/things/a", contentType, '{"count":2}'],
  ]);
  expect(sockets.size).toBe(1);
  expect(outcomes).toMatchObject([
    { method: "POST", code: "201" },
    { method: "PATCH", code: "200" },
  ]);
});

it("names method and reason of a refusal", async () => {
  const status = { kind: "Status", code: 409, reason: "AlreadyExists", message: "it is there" };
  const { client } = await clientOf((request, response) => {
    request.resume();
    response.writeHead(409).end(JSON.stringify(status));
  }, "http");
  await expect(client.write("POST", "/things", {}, options)).rejects.toMatchObject({
    message: expect.stringMatching(/^POST .*\/things: 409 AlreadyExists: it is there$/),
    status: { code: 409 },
  });
});

it("sends a write once, also when its connection breaks off", async () => {
  let arrived = 0;
  const { client } = await clientOf((request, response) => {
    request.resume();
    if (arrived++ === 0) response.end("{}");
    else request.socket.destroy();
  }, "http");
  await client.write("POST", "/things", {}, options);
  await expect(client.write("POST", "/things", {}, options)).rejects.toThrow(/POST .*things/);
  expect(arrived).toBe(2);
});
