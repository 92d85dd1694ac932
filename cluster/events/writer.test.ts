import { describe, expect, it, onTestFinished } from "vitest";
import { createApiServer } from "#lab/apiserver/server.ts";
import { request } from "#lab/apiserver/testing.ts";
import { connect } from "../api/connect.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { startServer } from "../testing/http-server.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import type { EventNote } from "./contract.ts";
import { createEventWriter } from "./writer.ts";

interface CoreEvent {
  readonly firstTimestamp: string;
  readonly count: number;
  readonly message: string;
}

const source = { component: "fairlead-proxy", host: "node-a" };

async function writerTo(endpoint: string) {
  const client = await connect({ endpoint });
  onTestFinished(() => client.close());
  const slept: number[] = [];
  const clock = new FakeClock((durationMs) => slept.push(durationMs));
  const logger = new RecordingLogger();
  const signal = new AbortController().signal;
  return { ...createEventWriter({ client, source, clock, logger, signal }), clock, logger, slept };
}

function note(name: string, message: string, count = 1): EventNote {
  const regarding = { kind: "Service", namespace: "default", name } as const;
  return { regarding, type: "Warning", reason: "ConnectionsRefused", message, count };
}

describe("against an API server", () => {
  async function rig() {
    const server = createApiServer();
    onTestFinished(() => server.close());
    await server.listen({ host: "127.0.0.1", port: 0 });
    const { url } = server;
    const get = async (path: string) => (await request(url + path)).body;
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { ports: [{ port: 80 }] },
    };
    await request(`${url}/api/v1/namespaces/default/services`, "POST", service);
    const events = async () =>
      (await get("/api/v1/namespaces/default/events")).items.toSorted(
        (left: CoreEvent, right: CoreEvent) =>
          left.firstTimestamp.localeCompare(right.firstTimestamp) || right.count - left.count,
      );
    return { ...(await writerTo(url)), url, get, events };
  }

  it("writes an Event that kubectl describe finds", async () => {
    const { record, drained, events, get } = await rig();
    record(note("web", "37 clients refused"));
    await drained();
    const { metadata } = await get("/api/v1/namespaces/default/services/web");
    expect(await events()).toMatchObject([
      {
        involvedObject: { kind: "Service", name: "web", uid: metadata.uid },
        type: "Warning",
        reason: "ConnectionsRefused",
        message: "37 clients refused",
        count: 1,
        source,
        firstTimestamp: "1970-01-01T00:16:40Z",
      },
    ]);
  });

  it("continues it while it is fresh, and begins another one later or when it was deleted", async () => {
    const { record, drained, events, clock, url } = await rig();
    record(note("web", "first", 3));
    record(note("web", "joined", 4));
    await drained();
    clock.advance(300_000);
    record(note("web", "second", 5));
    await drained();
    const [event] = await events();
    expect(event).toMatchObject({ count: 12, message: "second" });
    expect(event.lastTimestamp).toBe("1970-01-01T00:21:40Z");

    clock.advance(600_000);
    record(note("web", "third"));
    await drained();
    const [, later] = await events();
    expect(later).toMatchObject({ count: 1, message: "third" });

    const path = `/api/v1/namespaces/default/events/${later.metadata.name}`;
    await request(url + path, "DELETE");
    clock.advance(1000);
    record(note("web", "fourth"));
    await drained();
    expect((await events()).map((one: CoreEvent) => one.message)).toEqual(["second", "fourth"]);
  });

  it("tells of an object that is gone", async () => {
    const { record, drained, events } = await rig();
    record(note("gone", "nobody here"));
    await drained();
    expect(await events()).toMatchObject([{ involvedObject: { name: "gone" } }]);
  });

  it("holds back those who tell too much, and goes on with the others", async () => {
    const { record, drained, events, logger } = await rig();
    for (let index = 0; index < 30; index++) {
      record(note("loud", `number ${index}`));
      await drained();
    }
    record(note("quiet", "only this"));
    await drained();
    expect(await events()).toMatchObject([{ count: 25, message: "number 24" }, { count: 1 }]);
    expect(logger.lines).toHaveLength(5);
    expect(logger.lines[0]).toBe(
      "warn: event not written (too many about this object): Service default/loud: number 25",
    );
  });
});

describe("against a server in trouble", () => {
  async function rig(codes: readonly (number | "cut")[]) {
    const seen: string[] = [];
    const server = await startServer((request, response) => {
      request.resume();
      if (request.method === "GET") {
        response.writeHead(403).end();
        return;
      }
      const code = codes[seen.length] ?? 201;
      seen.push(`${request.method} ${code}`);
      if (code === "cut") request.socket.destroy();
      else response.writeHead(code).end("{}");
    });
    onTestFinished(server.close);
    return { ...(await writerTo(server.origin)), seen };
  }

  it.each<[string, readonly (number | "cut")[], string[], number[], number]>([
    ["takes it at once", [201], ["POST 201"], [], 0],
    ["refuses it", [403], ["POST 403"], [], 1],
    ["is away for a moment", ["cut", 201], ["POST cut", "POST 201"], [10_000], 0],
    ["had taken what it did not answer", ["cut", 409], ["POST cut", "POST 409"], [10_000], 0],
    ["is away", ["cut", "cut", "cut"], Array(3).fill("POST cut"), [10_000, 10_000], 1],
  ])("%s", async (_case, codes, requests, waits, lines) => {
    const { record, drained, seen, slept, logger } = await rig(codes);
    record(note("web", "refused"));
    await drained();
    expect(seen).toEqual(requests);
    expect(slept).toEqual(waits);
    expect(logger.lines).toHaveLength(lines);
  });

  it("spreads many notes over time, and keeps a bounded number", async () => {
    const { record, drained, seen, slept, logger } = await rig([]);
    for (let index = 0; index < 1010; index++) record(note(`service-${index}`, "refused"));
    expect(logger.lines).toHaveLength(10);
    await drained();
    expect(seen).toHaveLength(1000);
    expect(slept.reduce((sum, waitMs) => sum + waitMs, 0)).toBeGreaterThanOrEqual(970_000);
  });
});
