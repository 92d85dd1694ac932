import http from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "#cluster/clock.ts";
import type { EventNote } from "#cluster/events/contract.ts";
import { FakeClock } from "#cluster/testing/fake-clock.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { ServiceHealthServers } from "./service-servers.ts";

interface Answer {
  readonly status: number | undefined;
  readonly weight: string | string[] | undefined;
  readonly body: string;
  /** The same again when the connection was kept. */
  readonly clientPort: number | undefined;
}

function get(port: number, address: string, agent?: http.Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { host: address, port, path: "/any/path", ...(agent ? { agent } : {}) };
  http
    .get(options, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      const clientPort = response.socket.localPort;
      response.on("end", () => {
        const weight = response.headers["x-load-balancing-endpoint-weight"];
        resolve({ status: response.statusCode, weight, body, clientPort });
      });
    })
    .on("error", reject);
  return promise;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
};

function servers(addresses: readonly string[], clock = systemClock) {
  const events: EventNote[] = [];
  let healthy = true;
  const all = new ServiceHealthServers({
    addresses,
    nodeName: "node-a",
    isProxyHealthy: () => healthy,
    recordEvent: (note) => events.push(note),
    clock,
    logger: new RecordingLogger(),
  });
  onTestFinished(() => all.close());
  const check = (name: string, port: number, localReadyEndpoints: number) => ({
    namespace: "default",
    name,
    healthCheck: { namespace: "default", name, port, localReadyEndpoints },
  });
  const gone = (name: string) => ({ namespace: "default", name, healthCheck: undefined });
  const unhealthy = () => {
    healthy = false;
  };
  return { all, events, check, gone, unhealthy };
}

const status = (port: number, address = "127.0.0.1") =>
  get(port, address).then(
    ({ status, weight, body }) => `${status} weight ${weight} of ${JSON.parse(body).service.name}`,
    (error: NodeJS.ErrnoException) => error.code,
  );

describeWhere(["linux"], "healthCheckNodePort servers", () => {
  test("answer any path by the number of local endpoints and the proxy's health", async () => {
    const { all, check, unhealthy } = servers(["127.0.0.1"]);
    const port = await freePort();
    all.apply([check("web", port, 2)]);
    await expect.poll(() => status(port)).toBe("200 weight 2 of web");
    expect((await get(port, "127.0.0.1")).body).toBe(
      '{"service":{"namespace":"default","name":"web"},"localEndpoints":2,"serviceProxyHealthy":true}',
    );
    all.apply([check("web", port, 0)]);
    expect(await status(port)).toBe("503 weight 0 of web");
    all.apply([check("web", port, 1)]);
    unhealthy();
    expect(await status(port)).toBe("503 weight 1 of web");
  });

  test("come, go and move without a word to the connections of others", async () => {
    const { all, check, gone } = servers(["127.0.0.1"]);
    const [first, second, third] = [await freePort(), await freePort(), await freePort()];
    all.apply([check("a", first, 1), check("b", second, 1)]);
    await expect.poll(() => status(first)).toBe("200 weight 1 of a");
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const { clientPort } = await get(first, "127.0.0.1", agent);
    all.apply([check("b", third, 1)]);
    await expect.poll(() => status(third)).toBe("200 weight 1 of b");
    expect(await status(second)).toBe("ECONNREFUSED");
    all.apply([gone("b"), gone("never-was")]);
    await expect.poll(() => status(third)).toBe("ECONNREFUSED");
    expect(await get(first, "127.0.0.1", agent)).toMatchObject({ status: 200, clientPort });
  });

  test("hand a port from one Service to another in one batch, whatever the order", async () => {
    const { all, check, gone, events } = servers(["127.0.0.1"]);
    const port = await freePort();
    all.apply([check("old", port, 1)]);
    await expect.poll(() => status(port)).toBe("200 weight 1 of old");
    all.apply([check("new", port, 3), gone("old")]);
    await expect.poll(() => status(port)).toBe("200 weight 3 of new");
    all.apply([gone("new")]);
    all.apply([check("third", port, 0)]);
    await expect.poll(() => status(port)).toBe("503 weight 0 of third");
    expect(events).toEqual([]);
  });

  test("listen on the node's addresses as these come and go", async () => {
    const { all, check } = servers(["127.0.0.1", "127.0.0.2"]);
    const port = await freePort();
    all.apply([check("web", port, 1)]);
    await expect.poll(() => status(port, "127.0.0.2")).toBe("200 weight 1 of web");
    expect(await status(port, "127.0.0.3")).toBe("ECONNREFUSED");
    all.setAddresses(["127.0.0.1", "127.0.0.3"]);
    await expect.poll(() => status(port, "127.0.0.3")).toBe("200 weight 1 of web");
    expect(await status(port, "127.0.0.2")).toBe("ECONNREFUSED");
    expect(await status(port)).toBe("200 weight 1 of web");
    all.setAddresses([""]);
    await expect.poll(() => status(port, "127.0.0.9")).toBe("200 weight 1 of web");
  });

  test("tell once of a port that is taken, and try until it is free", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo; // it listens on TCP
    const waits: number[] = [];
    const clock = new FakeClock((durationMs) => {
      waits.push(durationMs);
      if (waits.length === 8) holder.close();
    });
    const { all, check, events } = servers(["127.0.0.1"], clock);
    all.apply([check("web", port, 1)]);
    await expect.poll(() => waits.length).toBeGreaterThanOrEqual(8);
    await expect.poll(() => status(port)).toBe("200 weight 1 of web");
    expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(events).toEqual([
      {
        regarding: { kind: "Service", namespace: "default", name: "web" },
        type: "Warning",
        reason: "FailedToStartServiceHealthcheck",
        message:
          `node node-a failed to start healthcheck "default/web" on port ${port}: ` +
          `TCP 127.0.0.1:${port} is taken by another process`,
      },
    ]);
  });
});
