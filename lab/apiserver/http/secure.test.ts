import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { Agent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createAuthority } from "../security/authority.ts";
import type { KeyPair } from "../security/contract.ts";
import { createApiServer } from "../server.ts";
import { configMap } from "../testing.ts";

const authority = createAuthority();
const admin = authority.issueClient({ username: "ann", groups: ["system:masters"] });
const token = authority.issueToken({ namespace: "default", name: "web" });
let server: ApiServer;

beforeEach(async () => {
  server = createApiServer({ authority });
  await server.listen({ host: "127.0.0.1", port: 0 });
});

afterEach(() => server.close());

interface Given {
  readonly pair?: KeyPair;
  readonly headers?: Readonly<Record<string, string>>;
}

async function overHttp1(path: string, { pair, headers = {} }: Given): Promise<number> {
  const identity = pair && { cert: pair.certificate, key: pair.key };
  const agent = new Agent({
    ca: authority.caCertificate,
    ALPNProtocols: ["http/1.1"],
    ...identity,
  });
  const request = httpsRequest(`${server.url}${path}`, { agent, headers }).end();
  const [response] = await once(request, "response");
  response.resume();
  await once(response, "end");
  agent.destroy();
  return response.statusCode;
}

async function overHttp2(path: string, { pair, headers = {} }: Given): Promise<number> {
  const identity = pair && { cert: pair.certificate, key: pair.key };
  const session = connectHttp2(server.url, { ca: authority.caCertificate, ...identity });
  const stream = session.request({ ":path": path, ...headers });
  const [response] = await once(stream, "response");
  stream.resume();
  await once(stream, "close");
  session.close();
  return response[":status"];
}

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
])("over %s", (_version, status) => {
  it.each<[string, string, Given, number]>([
    ["a client certificate", "/api/v1/pods", { pair: admin }, 200],
    ["a token", "/api/v1/pods", { headers: { authorization: `Bearer ${token}` } }, 200],
    ["nothing", "/api/v1/pods", {}, 401],
    ["nothing, where nothing is", "/nothing", {}, 401],
    ["a stranger's certificate", "/api", { pair: createAuthority().issueClient(stranger) }, 401],
    ["a forged token", "/api", { headers: { authorization: `Bearer ${token}x` } }, 401],
    ["a password", "/api", { headers: { authorization: "Basic YTpi" } }, 401],
    ["nothing, for health", "/healthz", {}, 200],
    ["nothing, for readiness", "/readyz", {}, 200],
    ["nothing, for the version", "/version", {}, 200],
  ])("with %s, %s gets its status", async (_what, path, given, expected) => {
    expect(await status(path, given)).toBe(expected);
  });
});

/** Whatever pieces it comes in; the rest is lost. */
function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    stream.on("data", function take(piece: string) {
      text += piece;
      if (!text.includes("\n")) return;
      stream.off("data", take);
      resolve(text.slice(0, text.indexOf("\n")));
    });
  });
}

const stranger = { username: "eve", groups: ["system:masters"] };

describe("HTTP/2", () => {
  it("carries watches and large lists side by side, and says goodbye at close", async () => {
    for (let index = 0; index < 200; index += 1)
      server.objects.create(configMap(`large-${index}`, {}, { text: "x".repeat(10_000) }));
    const session = connectHttp2(server.url, {
      ca: authority.caCertificate,
      cert: admin.certificate,
      key: admin.key,
    });
    const goodbye = once(session, "goaway");
    const watch = session.request({ ":path": "/api/v1/configmaps?watch=true&resourceVersion=1" });
    const events = watch.setEncoding("utf8");
    expect(JSON.parse(await firstLine(events))).toMatchObject({ type: "ADDED" });
    const list = session.request({ ":path": "/api/v1/configmaps" }).setEncoding("utf8");
    let text = "";
    for await (const piece of list) text += piece;
    expect(JSON.parse(text).items.length).toBeGreaterThanOrEqual(200);
    events.resume();
    const ended = once(events, "end");
    await server.close();
    await Promise.all([ended, goodbye]);
    expect(session.closed).toBe(true);
  });

  it("resets a stream whose client is too eager with its body, with a Status", async () => {
    const session = connectHttp2(server.url, { ca: authority.caCertificate });
    const stream = session.request({
      ":method": "POST",
      ":path": "/api/v1/namespaces/default/configmaps",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    });
    stream.on("error", () => undefined);
    const answered = once(stream, "response");
    stream.end("x".repeat(4 * 1024 * 1024));
    expect((await answered)[0][":status"]).toBe(413);
    stream.close(constants.NGHTTP2_CANCEL);
    session.destroy();
  });
});
