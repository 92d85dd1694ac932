import { describe, expect, it, onTestFinished } from "vitest";
import { createHttpListener } from "#observe/http.ts";
import type { IpFamily } from "../contract.ts";
import type { NodeStanding, Probe } from "./contract.ts";
import { isEligible } from "./node.ts";
import { routeProbes } from "./probes.ts";
import { SyncHealth } from "./sync-health.ts";

const startMs = Date.parse("2026-01-02T03:04:05.000Z");

/** A step: q4 is a change queued for IPv4, u6 is IPv6 brought up to date, a number is that many seconds. */
function healthAfter(script: string, families: readonly IpFamily[] = [4, 6]) {
  let nowMs = startMs;
  const health = new SyncHealth({ families, timeoutMs: 60_000, nowMs: () => nowMs });
  for (const step of script.split(" ").filter((word) => word !== "")) {
    const family = step.endsWith("4") ? 4 : 6;
    if (step.startsWith("q")) health.queued(family);
    else if (step.startsWith("u")) health.updated(family);
    else nowMs += Number(step) * 1000;
  }
  return health;
}

describe("SyncHealth", () => {
  it.each([
    ["", true],
    ["3600", true],
    ["u4 u6 7200", true],
    ["u4 u6 q4 59.999", true],
    ["u4 u6 q4 60", false],
    ["q4 60", false],
    ["q4 40 q4 20", false],
    ["q4 40 u4 q4 20", true],
    ["q4 60 u4", true],
    ["q4 60 u6", false],
    ["q6 59 u6 q6 59", true],
  ])("after %j healthy is %j", (script, healthy) => {
    expect(healthAfter(script).isHealthy).toBe(healthy);
  });
});

describe("isEligible", () => {
  const standing = (isDeleting: boolean, ...taintKeys: string[]): NodeStanding => ({
    isDeleting,
    taintKeys,
  });
  it.each<[NodeStanding | undefined, boolean]>([
    [undefined, true],
    [standing(false), true],
    [standing(false, "node.kubernetes.io/unschedulable"), true],
    [standing(false, "a", "ToBeDeletedByClusterAutoscaler"), false],
    [standing(true), false],
  ])("%j: %j", (node, eligible) => {
    expect(isEligible(node)).toBe(eligible);
  });
});

describe("the probes", () => {
  async function ask(path: string, health: SyncHealth, eligible: boolean) {
    const listener = createHttpListener({ host: "127.0.0.1", port: 0 });
    const counted: [Probe, number][] = [];
    routeProbes(listener, {
      report: () => health.report(),
      isNodeEligible: () => eligible,
      onProbe: (probe, status) => counted.push([probe, status]),
    });
    const { port } = await listener.listen();
    onTestFinished(() => listener.close());
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      counted,
    };
  }

  it.each([
    ["/healthz", "u4 u6", true, 200],
    ["/livez", "u4 u6", true, 200],
    ["/healthz", "u4 u6", false, 503],
    ["/livez", "u4 u6", false, 200],
    ["/healthz", "u4 q4 60", true, 503],
    ["/livez", "u4 q4 60", true, 503],
  ])("%s after %j, node eligible %j: %i", async (path, script, eligible, status) => {
    const reply = await ask(path, healthAfter(script), eligible);
    expect(reply.status).toBe(status);
    expect(reply.counted).toEqual([[path.slice(1), status]]);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("speak kube-proxy's JSON, where healthy always is up to date", async () => {
    const { text } = await ask("/healthz", healthAfter("u4 30 u6 30"), true);
    expect(text).toBe(
      '{"lastUpdated":"2026-01-02T03:05:05.000Z","currentTime":"2026-01-02T03:05:05.000Z","nodeEligible":true,"healthy":true,' +
        '"status":{"IPv4":{"lastUpdated":"2026-01-02T03:04:05.000Z","healthy":true},' +
        '"IPv6":{"lastUpdated":"2026-01-02T03:04:35.000Z","healthy":true}}}',
    );
  });

  it("tell when it was that a stale proxy last kept up, /livez without the node", async () => {
    const { text } = await ask("/livez", healthAfter("u4 q4 60"), true);
    expect(JSON.parse(text)).toEqual({
      lastUpdated: "2026-01-02T03:04:05.000Z",
      currentTime: "2026-01-02T03:05:05.000Z",
      healthy: false,
      status: {
        IPv4: { lastUpdated: "2026-01-02T03:04:05.000Z", healthy: false },
        IPv6: { lastUpdated: "0001-01-01T00:00:00Z", healthy: true },
      },
    });
  });
});
