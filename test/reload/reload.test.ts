import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePorts } from "#test/support/ports.ts";
import { askContinuously, askOnce, askOverTcp, type Question, startUpstream } from "./asker.ts";
import { FIRST_PORT, metric, startServer, temporaryFolder } from "./server.ts";

const ROUNDS = 20;

const questions: readonly Question[] = [
  { name: "svc1.testns.svc.cluster.local", expected: "10.0.0.100" },
  { name: "svc0.testns.svc.cluster.local", expected: "NXDOMAIN" },
  { name: "client.example.org", expected: "NODATA" },
];

/** The manifests of the conformance suite, in the folder. */
function manifestsIn(folder: string): string {
  const manifests = join(folder, "manifests");
  mkdirSync(manifests);
  cpSync(join(import.meta.dirname, "../conformance/fixture"), manifests, { recursive: true });
  return manifests;
}

describe.each(["batched", "dgram"] as const)("over the %s transport", (transport) => {
  test(`no query is lost, wrong or counted amiss in ${ROUNDS} reloads`, async () => {
    const folder = temporaryFolder();
    const manifests = manifestsIn(folder);
    const [port = 0, other = 0, http = 0] = await freePorts(3, FIRST_PORT);
    const metrics = `prometheus 127.0.0.1:${http}`;
    const cluster = `${metrics}
  errors
  kubernetes cluster.local {
    manifests ${manifests}
  }
`;
    // Each takes something away, adds something, or moves the cluster's names from one path to the other.
    const corefiles = [
      `cluster.local:${port} {\n  ${cluster}}\nexample.org:${port} {\n  ${metrics}\n  whoami\n}\n`,
      `cluster.local:${port} {\n  ${cluster}  loadbalance\n}\n.:${port} .:${other} {\n  ${metrics}\n  whoami\n}\n`,
      `.:${port} {\n  ${cluster}  log . {\n    class error\n  }\n  whoami\n}\n`,
      `.:${port} {\n  ${cluster}  ready 127.0.0.1:${http}\n  whoami\n}\n`,
    ] as const;
    const server = await startServer(folder, corefiles[0], { transport });
    const asker = askContinuously(port, questions);
    for (let round = 1; round <= ROUNDS; round++)
      expect(await server.reload(corefiles[round % corefiles.length] ?? "")).toMatch(/complete/);
    const { asked, wrong } = await asker.stop();
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(10 * ROUNDS);

    const counted = await metric(
      `http://127.0.0.1:${http}/metrics`,
      "coredns_dns_requests_total",
      `server="dns://:${port}"`,
    );
    expect(counted).toBe(asked);
  });
});

test("kubeadm's plugins are exchanged without a lost or wrong answer, and their counters go on", async () => {
  const folder = temporaryFolder();
  const manifests = manifestsIn(folder);
  const [port = 0, http = 0, upstream = 0] = await freePorts(3, FIRST_PORT);
  const upstreamServer = await startUpstream(upstream, "192.0.2.7");
  const corefile = (round: number) => `.:${port} {
  errors
  health 127.0.0.1:${http} {
    lameduck 100ms
  }
  ready 127.0.0.1:${http}
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    manifests ${manifests}
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 30
  }
  prometheus 127.0.0.1:${http}
  forward . 127.0.0.1:${upstream} {
    max_concurrent 1000
    prefer_udp
  }
  cache ${30 + round} {
    disable success cluster.local
    disable denial cluster.local
  }
  loop
  reload
  loadbalance
}
`;
  const server = await startServer(folder, corefile(0));
  const asker = askContinuously(port, [
    ...questions.slice(0, 2),
    { name: "www.example.org", expected: "192.0.2.7" },
  ]);
  const counters = ["coredns_cache_hits_total", "coredns_cache_requests_total"];
  const counted = () =>
    Promise.all(counters.map((name) => metric(`http://127.0.0.1:${http}/metrics`, name)));
  let before = await counted();
  for (let round = 1; round <= ROUNDS / 2; round++) {
    expect(await server.reload(corefile(round))).toMatch(/complete/);
    const now = await counted();
    for (const [index, value] of now.entries())
      expect(value).toBeGreaterThanOrEqual(before[index] ?? 0);
    before = now;
  }
  expect((await asker.stop()).wrong).toEqual([]);
  expect(before[0]).toBeGreaterThan(0);
  expect(upstreamServer.asked()).toBeGreaterThan(0);
  expect(server.lines().filter((line) => /\[(ERROR|WARN)/.test(line))).toEqual([]);
});

test("counts of places that stay, go and come back neither vanish nor double", async () => {
  const [port = 0, http = 0] = await freePorts(2, FIRST_PORT);
  const block = (zone: string) =>
    `${zone}:${port} {\n  prometheus 127.0.0.1:${http}\n  whoami\n}\n`;
  const server = await startServer(temporaryFolder(), block("a.test") + block("b.test"));
  const count = (zone: string) =>
    metric(`http://127.0.0.1:${http}/metrics`, "coredns_dns_requests_total", `zone="${zone}."`);
  const askBoth = async () => {
    for (const zone of ["a.test", "a.test", "b.test", "c.test"]) await askOnce(port, zone);
  };
  await askBoth();
  await server.reload(block("a.test"));
  expect([await count("a.test"), await count("b.test")]).toEqual([2, 1]);
  await askBoth();
  await server.reload(block("a.test") + block("b.test"));
  await askBoth();
  expect([await count("a.test"), await count("b.test")]).toEqual([6, 2]);
  const dropped = await metric(
    `http://127.0.0.1:${http}/metrics`,
    "coredns_dns_requests_total",
    'zone="dropped"',
  );
  expect(dropped).toBe(4);
});

describe("listeners", () => {
  test("open, stay and close as the Corefile says, also wide ones beside narrow ones", async () => {
    const [first = 0, second = 0] = await freePorts(2, FIRST_PORT);
    const server = await startServer(temporaryFolder(), `.:${first} {\n  whoami\n}\n`);
    const answers = async () => [await askOnce(first, "x.test"), await askOnce(second, "x.test")];
    const refused = expect.stringMatching(/lost|ECONNREFUSED/);
    expect(await answers()).toEqual(["NODATA", refused]);
    await server.reload(`.:${second} {\n  whoami\n}\n`);
    expect(await answers()).toEqual([refused, "NODATA"]);
    await server.reload(`.:${first} .:${second} {\n  bind 127.0.0.1\n  whoami\n}\n`);
    expect(await answers()).toEqual(["NODATA", "NODATA"]);
    await server.reload(
      `a.test:${first} {\n  bind 127.0.0.1\n  whoami\n}\nx.test:${first} {\n  whoami\n}\n`,
    );
    // The narrow address is asked, which serves another zone; over TCP as well.
    expect(await askOverTcp(first, "a.test")).toBe("NODATA");
    expect(await answers()).toEqual(["REFUSED", refused]);
  });
});
