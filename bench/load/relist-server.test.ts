import { once } from "node:events";
import type { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildCluster } from "../data/cluster.ts";
import { createRelistServer } from "./relist-server.ts";

let server: Server;
let base: string;

beforeEach(async () => {
  server = createRelistServer(
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

describe("createRelistServer", () => {
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

  it("keeps watches open while quiet and expires them once busy", async () => {
    const response = await fetch(`${base}/api/v1/services?watch=1&resourceVersion=1000`);
    expect(response.status).toBe(200);
    await text("/busy");
    expect(JSON.parse(await response.text())).toMatchObject({
      type: "ERROR",
      object: { code: 410 },
    });
  });

  it("counts the lists of services", async () => {
    await text("/api/v1/services");
    await text("/api/v1/namespaces");
    expect(await text("/lists")).toBe("1");
  });

  it("does not stream lists", async () => {
    const response = await fetch(`${base}/api/v1/services?watch=1&sendInitialEvents=true`);
    expect(response.status).toBe(400);
  });
});
