/** One address for a pod's DNS: answered on the node while its server lives, by the cluster's DNS pods when it does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "#test/proxy/api.ts";
import { clusterObjects } from "#test/proxy/cluster.ts";
import { addressesOf, buildWorld, NODE } from "#test/proxy/world.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Started, Topology } from "#test/topology/contract.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const clusterDns = "10.96.0.10";
const onNode = "192.0.2.1";
const inPod = "192.0.2.2";
const limitMs = 30_000;

/** A server that says where it is. */
const corefile = (address: string): string =>
  `.:53 {\n  errors\n  hosts {\n    ${address} who.test\n    fallthrough\n  }\n  kubernetes cluster.local\n}\n`;

describeWhere(["topology", "nftables"], "DNS on the node", () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-local-dns-"));
  let topology: Topology;
  let api: Api;
  let node: Started;

  const start = (): void => {
    node = topology
      .place(NODE)
      .start(fairlead, [
        ...["node", "--components", "dns,proxy", "--node-name", NODE],
        ...["--kubeconfig", api.kubeconfig, "--corefile", join(folder, "Corefile.node")],
        ...["--cluster-cidr", "10.244.0.0/16,fd00:244::/48"],
      ]);
  };
  /** Who answers a client at that place, or "nobody". */
  const asked = async (place: string, ...flags: readonly string[]): Promise<string> => {
    const words = [`@${clusterDns}`, "who.test", "+short", "+timeout=5", "+retry=0", ...flags];
    const text = await topology
      .place(place)
      .run("kdig", words)
      .catch(() => "");
    return text.trim() || "nobody";
  };
  const untilAnsweredBy = async (
    who: string,
    place = "C",
    ...flags: readonly string[]
  ): Promise<void> => {
    for (
      const endMs = Date.now() + limitMs;
      (await asked(place, "+timeout=1", ...flags)) !== who;
      await sleep(20)
    )
      if (Date.now() > endMs) throw new Error(`not answered by ${who}:\n${node.output()}`);
  };

  beforeAll(async () => {
    topology = await buildWorld();
    api = await startApi(topology, join(folder, "kubeconfig"));
    const [address = ""] = addressesOf.R ?? [];
    await api.apply(...clusterObjects, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: "kube-dns-1",
        namespace: "kube-system",
        labels: {
          "kubernetes.io/service-name": "kube-dns",
          "endpointslice.kubernetes.io/managed-by": "test",
        },
      },
      addressType: "IPv4",
      ports: [
        { name: "dns", protocol: "UDP", port: 53 },
        { name: "dns-tcp", protocol: "TCP", port: 53 },
      ],
      endpoints: [{ addresses: [address], nodeName: "n2", conditions: { ready: true } }],
    });
    writeFileSync(join(folder, "Corefile.node"), corefile(onNode));
    const inPodFile = join(folder, "Corefile.pod");
    writeFileSync(inPodFile, corefile(inPod).replace("  kubernetes cluster.local\n", ""));
    const pod = topology.place("R").start(fairlead, ["dns", "-conf", inPodFile]);
    start();
    await untilAnsweredBy(onNode);
    expect(pod.isRunning()).toBe(true);
  });
  afterAll(async () => {
    await topology?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ["a pod", "C", []],
    ["a pod, over TCP", "C", ["+tcp"]],
    ["the node itself", NODE, []],
    ["the node itself, over TCP", NODE, ["+tcp"]],
  ])("%s is answered on the node", async (_, place, flags) => {
    expect(await asked(place, ...flags)).toBe(onNode);
  });

  test("its queries are not tracked", async () => {
    // Those that the DNS pods have answered meanwhile are.
    await topology
      .place(NODE)
      .run("conntrack", ["-D", "--orig-dst", clusterDns])
      .catch(() => "");
    expect(await asked("C")).toBe(onNode);
    const tracked = await topology
      .place(NODE)
      .run("conntrack", ["-L", "-p", "udp", "--orig-dst", clusterDns]);
    expect(tracked.trim()).toBe("");
  });

  test("names of the cluster are answered too", async () => {
    const words = [`@${clusterDns}`, "kubernetes.default.svc.cluster.local", "+short"];
    expect((await topology.place("C").run("kdig", words)).trim()).toBe("10.96.0.1");
  });

  test("when it is killed the cluster's DNS pods answer at the same address, until it is back", async () => {
    node.kill("SIGKILL");
    await node.ended;
    await untilAnsweredBy(inPod);
    await untilAnsweredBy(inPod, "C", "+tcp");
    await untilAnsweredBy(inPod, NODE);
    start();
    await untilAnsweredBy(onNode);
    expect(await asked("C", "+tcp")).toBe(onNode);
  });

  describeWhere(["nftSocket"], "where the kernel looks for sockets", () => {
    test("when it is killed the DNS pods answer the very next query of a pod", async () => {
      node.kill("SIGKILL");
      await node.ended;
      expect(await asked("C")).toBe(inPod);
      start();
      await untilAnsweredBy(onNode);
    });
  });

  test("somebody takes its table away: it makes it again", async () => {
    await topology.place(NODE).run("nft", ["delete", "table", "ip", "fairlead-dns"]);
    await untilAnsweredBy(onNode);
  });

  test("when it ends by itself no query is lost, and nothing of it stays", async () => {
    const answers: string[] = [];
    const stopping = node.stop();
    const ended = stopping.then(() => "ended");
    for (;;) {
      answers.push(await asked("C"));
      if ((await Promise.race([ended, Promise.resolve("running")])) === "ended") break;
    }
    answers.push(await asked("C"));
    expect(answers).not.toContain("nobody");
    expect(answers.at(-1)).toBe(inPod);
    expect(await topology.place(NODE).run("nft", ["list", "tables"])).not.toContain("fairlead-dns");
    expect(await topology.place(NODE).run("ip", ["addr"])).not.toContain(clusterDns);
  });
});
