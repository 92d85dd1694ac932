/** Objects that an API server would not take, as a broken or foreign one may send them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { createPlace } from "#test/topology/place.ts";
import type { Manifest } from "./contract.ts";
import { service, slice } from "./objects.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const rawApi = new URL("./raw-api.ts", import.meta.url).pathname;
const PORT = 8001;
const WAIT = { timeout: 30_000 };

const stored = (object: Manifest): object => ({
  ...object,
  metadata: { ...object.metadata, uid: object.metadata.name, resourceVersion: "1" },
});

describeWhere(["topology", "nftables"], "from an API server that lets anything through", () => {
  test("a Service whose IP is none is told and counted, and the others are programmed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-raw-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const place = await createPlace("n1", []);
    onTestFinished(() => place.close());
    await place.run("ip", ["link", "set", "lo", "up"]);
    const file = join(folder, "objects.json");
    const objects = {
      services: [
        service("bad", { clusterIP: "10.96.0.300", clusterIPs: ["10.96.0.300"] }),
        service("good", { clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"] }),
      ].map(stored),
      endpointslices: [slice("bad", ["A"]), slice("good", ["A"])].map(stored),
    };
    writeFileSync(file, JSON.stringify(objects));
    const api = place.start(process.execPath, [rawApi, `${PORT}`, file]);
    await expect.poll(() => api.output(), WAIT).toContain("serving");
    const proxy = place.start(fairlead, [
      ...["proxy", "--master", `http://127.0.0.1:${PORT}`, "--hostname-override", "n1"],
      ...["--conntrack-max-per-core", "0"],
    ]);
    await expect.poll(() => proxy.output(), WAIT).toContain("Services are programmed");

    const lines = proxy.output().split("\n");
    expect(lines.filter((line) => line.includes("10.96.0.300"))).toEqual([
      expect.stringMatching(/Service default\/bad.*clusterIPs.*"10\.96\.0\.300" is no IP address/),
    ]);
    const agent = await place.agent();
    const page = await agent.http({ url: "http://127.0.0.1:10249/metrics", timeoutMs: 5000 });
    const metrics = page.kind === "response" ? page.body.split("\n") : [];
    expect(metrics).toContain(
      `fairlead_watch_undecodable_total{kind="Service",host="127.0.0.1:${PORT}"} 1`,
    );
    expect(metrics).toContain(
      'kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family="IPv4"} 0',
    );
    const map = await place.run("nft", ["list", "map", "ip", "fairlead", "endpoints"]);
    expect(map).toContain("10.96.0.7 . tcp . 80");
    expect(map).toContain("10.244.0.11 . 8080");
  });
});
