/** kubeadm's default Corefile, byte for byte, in a pod's surroundings: its ports, its files, its two variables. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { createAuthority } from "#lab/apiserver/security/authority.ts";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { questionBytes } from "#test/conformance/question.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { zoneText } from "#test/zone-text/zone-text.ts";
import { enterOutside, network } from "./network.ts";
import { type Outside, startOutside } from "./outside.ts";
import { type Pod, startPod } from "./pod.ts";

const to = { host: network.pod, port: 53 };

async function ask(question: string, exchange = exchangeUdp): Promise<string[]> {
  const reply = await exchange(to, questionBytes(question)).catch(() => undefined);
  return reply === undefined ? ["no answer"] : decodeMessage(reply).answers.map(zoneText);
}

async function page(port: number, path: string): Promise<string> {
  const response = await fetch(`http://${network.pod}:${port}${path}`).catch(() => undefined);
  return response === undefined ? "no answer" : `${response.status} ${await response.text()}`;
}

describeWhere(["podNetworks", "batchedSockets"], "kubeadm's Corefile in a pod", () => {
  let leave: (() => void) | undefined;
  let pod: Pod;
  let outside: Outside;

  /** How often the upstream was asked for a name. */
  const askedFor = (name: string): number =>
    outside.upstream.asked.filter(({ message }) => message.questions[0]?.name === name).length;

  async function cacheHits(): Promise<number> {
    const text = await page(9153, "/metrics");
    const hits = [
      ...text.matchAll(/^coredns_cache_hits_total\{[^}]*type="success"[^}]*\} (\d+)/gm),
    ];
    return hits.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  beforeAll(async () => {
    leave = enterOutside();
    const authority = createAuthority();
    pod = await startPod(authority);
    outside = await startOutside(authority);
    await until(
      async () => (await page(8181, "/ready")) === "200 OK",
      () => pod.daemon.process.exitCode !== null,
    ).catch(() => {
      throw new Error(`the pod is not ready:\n${pod.daemon.output()}`);
    });
  });
  afterAll(async () => {
    await pod?.remove();
    await outside?.close();
    leave?.();
  });

  test("health and metrics are where kubelet and Prometheus look", async () => {
    expect(await page(8080, "/health")).toBe("200 OK");
    expect(await page(9153, "/metrics")).toContain("coredns_build_info{");
  });

  test.each([
    ["web.default.svc.@ A", ["web.default.svc.@ 30 IN A 10.96.7.7"]],
    [
      "_http._tcp.web.default.svc.@ SRV",
      ["_http._tcp.web.default.svc.@ 30 IN SRV 0 100 80 web.default.svc.@"],
    ],
    ["7.7.96.10.in-addr.arpa. PTR", ["7.7.96.10.in-addr.arpa. 30 IN PTR web.default.svc.@"]],
    ["kubernetes.default.svc.@ A", ["kubernetes.default.svc.@ 30 IN A 10.96.0.1"]],
    ["10-244-0-9.default.pod.@ A", ["10-244-0-9.default.pod.@ 30 IN A 10.244.0.9"]],
    ["nosuch.default.svc.@ A", []],
  ])("%s is answered for the cluster", async (question, expected) => {
    const records = expected.map((line) => line.replaceAll("@", "cluster.local."));
    for (const exchange of [exchangeUdp, exchangeTcp])
      expect(await ask(question, exchange)).toEqual(records);
    expect(askedFor(question.split(" ")[0] ?? "")).toBe(0);
  });

  test("an external name is asked upstream once, and then its TTL counts down", async () => {
    const hitsBefore = await cacheHits();
    const ttl = async (): Promise<number> => {
      const [answer = ""] = await ask("www.example.org. A");
      const [, seconds] = /^www\.example\.org\. (\d+) IN A 192\.0\.2\.80$/.exec(answer) ?? [];
      return Number(seconds);
    };
    const first = await ttl();
    expect(first).toBeLessThanOrEqual(30);
    await until(async () => (await ttl()) < first);
    expect(askedFor("www.example.org.")).toBe(1);
    expect(await cacheHits()).toBeGreaterThan(hitsBefore);
  });

  test("the reverse of an address outside the cluster falls through to the upstream", async () => {
    const [answer] = await ask("9.9.9.10.in-addr.arpa. PTR");
    expect(answer).toMatch(/^9\.9\.9\.10\.in-addr\.arpa\. \d+ IN PTR nine\.example\.org\.$/);
    expect(askedFor("9.9.9.10.in-addr.arpa.")).toBe(1);
  });

  test("an ExternalName leads to the upstream's address", async () => {
    const answers = await ask("outside.default.svc.cluster.local. A");
    expect(answers.map((line) => line.replace(/ \d+ IN/, ""))).toEqual([
      "outside.default.svc.cluster.local. CNAME target.example.org.",
      "target.example.org. A 192.0.2.81",
    ]);
  });

  test("loop has probed the upstream and found none", async () => {
    const HINFO = 13;
    const probes = () =>
      outside.upstream.asked.filter(({ message }) => message.questions[0]?.type === HINFO);
    await until(() => probes().length > 0);
    expect(pod.daemon.process.exitCode).toBeNull();
    expect(pod.log()).not.toMatch(/Loop \(/);
  });

  test("it answers through a reload", async () => {
    pod.daemon.process.kill("SIGUSR1");
    const answers = new Set<string>();
    await until(async () => {
      answers.add((await ask("web.default.svc.@ A")).join());
      return /reloading complete/.test(pod.log());
    });
    await until(async () => (await page(8181, "/ready")) === "200 OK");
    answers.add((await ask("web.default.svc.@ A")).join());
    expect([...answers]).toEqual(["web.default.svc.cluster.local. 30 IN A 10.96.7.7"]);
  });

  test("SIGTERM ends it after the lameduck, with 0 and without a complaint", async () => {
    // A process that is still there 10 s later is killed, and then has no exit status.
    await pod.daemon.stop(10_000);
    expect(pod.daemon.process.exitCode).toBe(0);
    expect(pod.log()).not.toMatch(/^\[(?:ERROR|WARNING)\]/m);
  });
});
