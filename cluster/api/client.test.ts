import type http from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Protocol, startServer } from "../testing/http-server.ts";
import { testCertificate, testKey } from "../testing/tls.ts";
import { ApiClient, type RequestOutcome } from "./client.ts";
import { createHttpTransport } from "./http-transport.ts";
import type { TlsMaterial } from "./tls-material.ts";
import { userAgent } from "./user-agent.ts";

const never = new AbortController().signal;
const options = { signal: never, idleTimeoutMs: 5000 };

function clientOf(
  server: string,
  more: { tls?: () => Promise<TlsMaterial>; token?: () => string } = {},
) {
  const outcomes: RequestOutcome[] = [];
  const { tls, token } = more;
  const transport = createHttpTransport({
    server: new URL(server),
    ...(tls === undefined ? {} : { tls }),
  });
  const client = new ApiClient({
    transport,
    onRequest: (outcome) => outcomes.push(outcome),
    ...(token === undefined ? {} : { authorization: async () => token() }),
  });
  return { client, outcomes };
}

async function serve(listener: http.RequestListener, protocol?: Protocol): Promise<string> {
  const server = await startServer(listener, protocol);
  onTestFinished(server.close);
  return server.origin;
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const refuse =
  (code: number, body: string, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  (_request, response) => {
    response.writeHead(code, headers).end(body);
  };

describe("ApiClient over HTTP/1.1", () => {
  it("keeps its connection, says who it is, and asks for the token each time", async () => {
    const seen: unknown[] = [];
    const sockets = new Set<unknown>();
    const origin = await serve((request, response) => {
      sockets.add(request.socket);
      seen.push([request.url, request.headers["user-agent"], request.headers.authorization]);
      response.end("{}");
    });
    let serial = 0;
    const { client, outcomes } = clientOf(`${origin}/base/`, {
      token: () => `Bearer ${++serial}`,
    });
    expect(await textOf(await client.get("/a", options))).toBe("{}");
    expect(await textOf(await client.get("/b?c=d", options))).toBe("{}");
    client.close();
    expect(seen).toEqual([
      ["/base/a", userAgent, "Bearer 1"],
      ["/base/b?c=d", userAgent, "Bearer 2"],
    ]);
    expect(userAgent).toMatch(/^fairlead\/\d+\.\d+\.\d+$/);
    expect(sockets.size).toBe(1);
    const host = new URL(origin).host;
    expect(outcomes).toMatchObject([{ code: "200", method: "GET", host }, { code: "200" }]);
  });

  const forbidden = JSON.stringify({
    kind: "Status",
    code: 403,
    reason: "Forbidden",
    message: "no list",
  });
  it.each([
    [refuse(403, forbidden), "403 Forbidden: no list", "403", undefined],
    [refuse(502, "<html>\n bad\tgateway"), "502 Unknown: <html> bad gateway", "502", undefined],
    [refuse(500, ""), "500 Unknown: (empty answer)", "500", undefined],
    [refuse(302, "", { location: "/elsewhere" }), "302 Unknown: (empty answer)", "302", undefined],
    [refuse(429, forbidden, { "retry-after": "3" }), "403 Forbidden: no list", "429", 3000],
    [
      refuse(503, "busy", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
      "503 Unknown: busy",
      "503",
      0,
    ],
  ])("tells a refusal in the server's words (%#)", async (listener, words, code, retryAfterMs) => {
    const origin = await serve(listener);
    const { client, outcomes } = clientOf(origin);
    await expect(client.get("/x", options)).rejects.toMatchObject({
      code: "FL-C001",
      message: `GET ${origin}/x: ${words}`,
      retryAfterMs,
    });
    expect(outcomes).toMatchObject([{ code }]);
    client.close();
  });

  it.each([
    [
      "refused for good",
      (_asked: number) => false,
      ["first", "second"],
      /401 Unauthorized: who\? \(also after/,
    ],
    ["that had just changed", (asked: number) => asked === 2, ["first", "second"], undefined],
  ])("asks for the token anew when it is %s", async (_case, accepts, tokens, failure) => {
    const seen: unknown[] = [];
    const status = { kind: "Status", code: 401, reason: "Unauthorized", message: "who?" };
    const origin = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (accepts(seen.length)) response.end("in");
      else response.writeHead(401).end(JSON.stringify(status));
    });
    const transport = createHttpTransport({ server: new URL(origin) });
    const client = new ApiClient({
      transport,
      authorization: async (renew) => (renew ? "second" : "first"),
    });
    const answer = client.get("/x", options).then(textOf);
    if (failure === undefined) expect(await answer).toBe("in");
    else await expect(answer).rejects.toThrow(failure);
    expect(seen).toEqual(tokens);
    client.close();
  });

  it("takes a compressed body where one was asked for, and fails when it is cut short", async () => {
    const text = "service ".repeat(10_000);
    const origin = await serve((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("gzip");
      const bytes = gzipSync(text);
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(request.url === "/cut" ? bytes.subarray(0, -20) : bytes);
    });
    const { client } = clientOf(origin);
    expect(await textOf(await client.get("/whole", { ...options, gzip: true }))).toBe(text);
    const cut = await client.get("/cut", { ...options, gzip: true });
    await expect(textOf(cut)).rejects.toThrow(/unexpected end/);
    client.close();
  });

  it("names who cannot be reached", async () => {
    const origin = "http://127.0.0.1:1"; // the port of a service that nobody runs
    const { client, outcomes } = clientOf(origin);
    await expect(client.get("/x", options)).rejects.toMatchObject({
      code: "FL-C001",
      message: expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/x: .*ECONNREFUSED/),
      status: undefined,
    });
    expect(outcomes).toMatchObject([{ code: "<error>" }]);
  });

  it("gives up on a server that stops talking, before its head and after", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/half") response.write("{");
    });
    const { client } = clientOf(origin);
    const brief = { signal: never, idleTimeoutMs: 100 };
    await expect(client.get("/none", brief)).rejects.toThrow("nothing received for 0.1 s");
    const body = await client.get("/half", brief);
    await expect(textOf(body)).rejects.toThrow("nothing received for 0.1 s");
    client.close();
  });

  it("ends the request when its body is left early or the signal aborts", async () => {
    let open = 0;
    const origin = await serve((_request, response) => {
      open++;
      response.on("close", () => open--);
      response.write("one");
    });
    const { client } = clientOf(origin);
    for await (const _chunk of await client.get("/left", options)) break;
    const stop = new AbortController();
    const body = await client.get("/aborted", { ...options, signal: stop.signal });
    stop.abort();
    await expect(textOf(body)).rejects.toThrow();
    await expect.poll(() => open).toBe(0);
    client.close();
  });
});

describe("ApiClient over TLS", () => {
  const clientName: http.RequestListener = (request, response) => {
    const socket = request.socket as import("node:tls").TLSSocket; // an https server's
    response.end(String(socket.getPeerCertificate().subject?.CN));
  };

  it("trusts the CA that it is given and shows its certificate, read anew for each request", async () => {
    const origin = await serve(clientName, "https");
    let material: TlsMaterial = { ca: testCertificate };
    const { client } = clientOf(origin, { tls: async () => material });
    expect(await textOf(await client.get("/", options))).toBe("undefined");
    material = { ca: testCertificate, cert: testCertificate, key: testKey };
    expect(await textOf(await client.get("/", options))).toBe("fairlead-test");
    client.close();
  });

  it("refuses a server that nobody vouches for, unless told otherwise", async () => {
    const origin = await serve(clientName, "https");
    const { client } = clientOf(origin);
    await expect(client.get("/", options)).rejects.toThrow(/self.signed certificate/i);
    const { client: careless } = clientOf(origin, { tls: async () => ({ insecure: true }) });
    expect(await textOf(await careless.get("/", options))).toBe("undefined");
    client.close();
    careless.close();
  });
});
