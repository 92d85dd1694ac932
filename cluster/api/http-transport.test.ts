import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { pipeline } from "node:stream";
import tls from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen, type Protocol, sessionOf, startServer } from "../testing/http-server.ts";
import { testCertificate, testKey } from "../testing/tls.ts";
import { createHttpTransport, type HttpTransportOptions } from "./http-transport.ts";
import type { TlsMaterial } from "./tls-material.ts";

const never = new AbortController().signal;
const options = { headers: {}, signal: never, idleTimeoutMs: 5000 };
const trusting = async (): Promise<TlsMaterial> => ({ ca: testCertificate });

async function serve(listener: http.RequestListener, protocol: Protocol): Promise<string> {
  const server = await startServer(listener, protocol);
  onTestFinished(server.close);
  return server.origin;
}

function transportTo(origin: string, more: Partial<HttpTransportOptions> = {}) {
  const transport = createHttpTransport({ server: new URL(origin), tls: trusting, ...more });
  onTestFinished(() => transport.close());
  const get = async (path: string, signal = never) => {
    const { status, body } = await transport.request(path, { ...options, signal });
    return { status, body };
  };
  const text = async (path: string) => textOf((await get(path)).body);
  return { transport, get, text };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe.each<Protocol>(["http", "https", "h2"])("over %s", (protocol) => {
  it("carries requests one after another on one connection", async () => {
    const versions: string[] = [];
    const sockets = new Set<unknown>();
    const origin = await serve((request, response) => {
      versions.push(request.httpVersion);
      sockets.add(sessionOf(request) ?? request.socket);
      response.end(`it is ${request.url}`);
    }, protocol);
    const { text } = transportTo(`${origin}/base`);
    expect(await text("/a")).toBe("it is /base/a");
    expect(await text("/b")).toBe("it is /base/b");
    expect(sockets.size).toBe(1);
    expect(versions).toEqual(protocol === "h2" ? ["2.0", "2.0"] : ["1.1", "1.1"]);
  });

  it("ends a request whose body is left early or whose signal aborts, and no other", async () => {
    const open = new Set<string | undefined>();
    const origin = await serve((request, response) => {
      open.add(request.url);
      response.on("close", () => open.delete(request.url));
      response.write("one");
    }, protocol);
    const { get } = transportTo(origin);
    const { body: kept } = await get("/kept");
    for await (const _chunk of (await get("/left")).body) break;
    const stop = new AbortController();
    const { body } = await get("/aborted", stop.signal);
    stop.abort();
    await expect(textOf(body)).rejects.toThrow();
    await expect.poll(() => [...open]).toEqual(["/kept"]);
    await expect(get("/late", stop.signal)).rejects.toThrow();
    for await (const chunk of kept) {
      expect(String(chunk)).toBe("one");
      break;
    }
  });

  it("fails the body when the connection breaks", async () => {
    const origin = await serve((request, response) => {
      response.write("half", () => setTimeout(() => socketOf(request)?.destroy(), 10));
    }, protocol);
    const { get } = transportTo(origin);
    await expect(textOf((await get("/")).body)).rejects.toThrow();
  });

  it("asks once more when a kept connection turns out to be gone", async () => {
    let served = 0;
    const origin = await serve((request, response) => {
      served++;
      if (served === 2) socketOf(request)?.destroy();
      else response.end("ok");
    }, protocol);
    const { text } = transportTo(origin);
    expect(await text("/first")).toBe("ok");
    expect(await text("/second")).toBe("ok");
    expect(served).toBe(3);
  });

  it("reads no further ahead than the windows allow while nobody takes the body", async () => {
    const piece = Buffer.alloc(1 << 20, "x");
    let sent = 0;
    const origin = await serve(async (_request, response) => {
      response.on("error", () => undefined);
      for (; sent < 64; sent++) {
        if (!response.write(piece)) {
          await Promise.race([once(response, "drain"), once(response, "close")]);
        }
        if (response.destroyed) return;
      }
    }, protocol);
    const { get } = transportTo(origin);
    const { body } = await get("/");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toBeLessThan(32); // 64 would be all of it; the kernel's buffers take their part
    for await (const _chunk of body) break;
  });
});

function socketOf(request: http.IncomingMessage): net.Socket | undefined {
  const session = sessionOf(request);
  return session === undefined ? request.socket : (session.socket as net.Socket);
}

describe("HTTP/2", () => {
  it("moves new requests to a new session after GOAWAY and lets the old ones end", async () => {
    const sessions = new Set<unknown>();
    let finish: (() => void) | undefined;
    const origin = await serve((request, response) => {
      sessions.add(sessionOf(request));
      if (request.url !== "/long") {
        response.end("short");
        return;
      }
      response.write("begun ");
      finish = () => response.end("ended");
      sessionOf(request)?.goaway(0);
    }, "h2");
    const { get, text } = transportTo(origin);
    const { body } = await get("/long");
    await expect.poll(() => text("/next").then(() => sessions.size)).toBe(2);
    finish?.();
    expect(await textOf(body)).toBe("begun ended");
  });

  it("finds a dead peer by its silence on a ping, and a live one in spite of its silence", async () => {
    // A live peer shares this thread, and may be as late as the machine makes it.
    const ping = { idleMs: 60, timeoutMs: 10_000 };
    const origin = await serve((_request, response) => {
      response.write("and then nothing");
      setTimeout(() => response.end(), 400);
    }, "h2");
    const { text } = transportTo(origin, { ping });
    expect(await text("/")).toBe("and then nothing");

    const secure = { cert: testCertificate, key: testKey, ALPNProtocols: ["h2"] };
    const mute = tls.createServer(secure, (socket) => socket.on("error", () => undefined));
    const port = await listen(mute);
    onTestFinished(() => void mute.close());
    const { get } = transportTo(`https://127.0.0.1:${port}`, { ping: { ...ping, timeoutMs: 60 } });
    await expect(get("/")).rejects.toThrow("no answer to a ping within 0.06 s");
  });

  it("moves to a new session when certificates have changed", async () => {
    const sessions = new Set<unknown>();
    const origin = await serve((request, response) => {
      sessions.add(sessionOf(request));
      response.end();
    }, "h2");
    let material: TlsMaterial = { ca: testCertificate };
    const { text } = transportTo(origin, { tls: async () => material });
    await text("/");
    material = { ca: testCertificate, cert: testCertificate, key: testKey };
    await text("/");
    await text("/");
    expect(sessions.size).toBe(2);
  });
});

describe("through a proxy", () => {
  async function proxy(answer?: number) {
    const asked: unknown[] = [];
    const server = http.createServer();
    server.on("connect", (request, socket: net.Socket) => {
      asked.push([request.url, request.headers["proxy-authorization"]]);
      if (answer !== undefined) {
        socket.end(`HTTP/1.1 ${answer} Forbidden\r\n\r\n`);
        return;
      }
      const target = net.connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        pipeline(socket, target, socket, () => undefined);
      });
    });
    const port = await listen(server);
    onTestFinished(() => void server.close());
    return { asked, url: new URL(`http://me:p%40w@127.0.0.1:${port}`) };
  }

  it.each<Protocol>(["https", "h2"])("reaches the server over %s", async (protocol) => {
    const origin = await serve((_request, response) => response.end("there"), protocol);
    const { asked, url } = await proxy();
    const { text } = transportTo(origin, { proxy: url });
    expect(await text("/")).toBe("there");
    const credentials = `Basic ${Buffer.from("me:p@w").toString("base64")}`;
    expect(asked).toEqual([[new URL(origin).host, credentials]]);
  });

  it("says when the proxy refuses", async () => {
    const { url } = await proxy(403);
    const { text } = transportTo("https://api.example", { proxy: url });
    await expect(text("/")).rejects.toThrow(`proxy ${url.host}: 403 Forbidden`);
  });
});
