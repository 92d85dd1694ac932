import { once } from "node:events";
import type { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildCluster } from "../data/cluster.ts";
import { createStormServer } from "./storm-server.ts";

let server: Server;
let base: string;

beforeEach(async () => {
  server = createStormServer(
    buildCluster({ clusterIPs: 30, headless: 2, endpointsPerHeadless: 3 }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const text = async (path: string): Promise<string> => (await fetch(base + path)).text();

describe("createStormServer", () => {
  it.each([
    ["/api/v1/services", 32],
    ["/apis/discovery.k8s.io/v1/endpointslices?limit=500", 2],
    ["/api/v1/namespaces", 20],
    ["/api/v1/pods", 0],
  ])("lists the whole of %s", async (path, count) => {
    const list = JSON.parse(await text(path));
    expect(list.items).toHaveLength(count);
    expect(list.metadata.resourceVersion).toBe("1000");
  });

  it("is calm at first, and in a storm sends every service again and again", async () => {
    const response = await fetch(`${base}/api/v1/services?watch=1&resourceVersion=1000`);
    expect(await text("/rounds")).toBe("0");
    await text("/storm");
    const decoder = new TextDecoder();
    let received = "";
    for await (const chunk of response.body ?? []) {
      received += decoder.decode(chunk, { stream: true });
      if (received.split("\n").length > 64) break;
    }
    const names = received
      .split("\n")
      .slice(0, 64)
      .map((line) => JSON.parse(line).object.metadata.name);
    expect(new Set(names).size).toBe(32);
    expect(Number(await text("/rounds"))).toBeGreaterThan(1);
  });

  it("does not stream lists", async () => {
    const response = await fetch(`${base}/api/v1/services?watch=1&sendInitialEvents=true`);
    expect(response.status).toBe(400);
  });
});
