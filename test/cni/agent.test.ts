import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject } from "#cni/json.ts";
import { callProcess } from "#cni/testing/process.ts";
import { createNamespace, deleteNamespace, namespacePath } from "#linux/namespace/named.ts";
import { schedulingOf } from "#linux/testing/thread-scheduling.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { createFolder } from "#test/support/lease-folder.ts";
import { startAgent } from "#test/topology/agent-client.ts";
import { buildTopology } from "#test/topology/build.ts";
import type { Started, Topology } from "#test/topology/contract.ts";
import { builtShim } from "./plugins.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const API = "192.168.60.100";

/** Two nodes, each with the real agent and a runtime's folders of its own, and an API server on a third machine. */
describeWhere(["topology", "nftables", "cc"], "fairlead agent", () => {
  let topology: Topology;
  let folder: string;
  let removeFolder: () => void;
  const agents = new Map<string, Started>();
  const pods: string[] = [];

  const at = (node: string, ...path: readonly string[]): string => join(folder, node, ...path);
  const startAgentOf = (node: string): void => {
    const args = [
      ...["agent", "-node-name", node, "-kubeconfig", join(folder, "kubeconfig")],
      ...["-shim", builtShim(), "-cni-bin-dir", at(node, "bin"), "-cni-conf-dir", at(node, "conf")],
      ...["-socket", at(node, "cni.sock"), "-pending-dir", at(node, "pending")],
      ...["-lease-dir", at(node, "leases"), "-metrics-bind-address", "127.0.0.1:10258"],
    ];
    agents.set(node, topology.place(node).start(fairlead, args));
  };
  const becomes = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let look = 0; look < 400; look++) {
      if (await isSo()) return;
      await sleep(50);
    }
    throw new Error(`${what}\n${[...agents].map(([n, a]) => `${n}: ${a.output()}`).join("\n")}`);
  };
  const conflist = (node: string): string => at(node, "conf", "10-fairlead.conflist");
  /** What ADD gave, which a runtime keeps for CHECK. */
  const results = new Map<string, object>();
  /** As a runtime does it: the installed plugin, with the installed configuration. */
  const cni = (node: string, pod: string, command: string) => {
    const { name, plugins } = JSON.parse(readFileSync(conflist(node), "utf8"));
    const prevResult = command === "CHECK" ? results.get(pod) : undefined;
    return callProcess([at(node, "bin", "fairlead")], {
      command,
      id: pod,
      netns: namespacePath(pod),
      config: { cniVersion: "1.1.0", name, ...plugins[0], ...(prevResult && { prevResult }) },
      env: {
        FAIRLEAD_CNI_SOCKET: at(node, "cni.sock"),
        FAIRLEAD_CNI_PENDING: at(node, "pending"),
      },
    });
  };
  const addPod = async (node: string, pod: string): Promise<string> => {
    createNamespace(pod);
    pods.push(pod);
    const { stdout, status } = await cni(node, pod, "ADD");
    const result: unknown = JSON.parse(stdout);
    if (status !== 0 || !isObject(result)) throw new Error(stdout);
    results.set(pod, result);
    const [ip] = Array.isArray(result.ips) ? result.ips : [];
    return String(ip.address).split("/")[0] ?? "";
  };

  beforeAll(async () => {
    [folder, removeFolder] = createFolder();
    topology = await buildTopology({
      underlay: ["192.168.60.0/24"],
      nodes: ["n1", "n2"].map((name, index) => ({
        name,
        addresses: [`192.168.60.${index + 1}`],
        podCidrs: [`10.99.${index}.0/24`],
      })),
      hosts: [{ name: "api", addresses: [API] }],
    });
    for (const node of ["n1", "n2"]) {
      mkdirSync(at(node), { recursive: true });
      await topology.place(node).run("ip", ["route", "flush", "proto", "boot"]);
      await topology.place(node).run("ip", ["link", "del", "pods0"]);
    }
    const manifests = join(folder, "manifests");
    mkdirSync(manifests);
    for (const n of [1, 2]) {
      const node = {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: `n${n}` },
        spec: { podCIDRs: [`10.244.${n}.0/24`], podCIDR: `10.244.${n}.0/24` },
        status: { addresses: [{ type: "InternalIP", address: `192.168.60.${n}` }] },
      };
      writeFileSync(join(manifests, `n${n}.json`), JSON.stringify(node));
    }
    const api = topology
      .place("api")
      .start(fairlead, [
        ...["apiserver", "--listen", `${API}:6443`, "--manifests", manifests],
        ...[
          "--service-cluster-ip-range",
          "10.96.0.0/16",
          "--write-kubeconfig",
          join(folder, "kubeconfig"),
        ],
      ]);
    await becomes("the API server does not serve", () => api.output().includes("serving https://"));
    for (const node of ["n1", "n2"]) startAgentOf(node);
  });

  afterAll(async () => {
    await topology?.close();
    for (const pod of pods) deleteNamespace(pod);
    removeFolder?.();
  });

  test("installs plugin and configuration once it knows the node's pods", async () => {
    for (const [index, node] of ["n1", "n2"].entries()) {
      await becomes(`no configuration on ${node}`, () => existsSync(conflist(node)));
      expect(JSON.parse(readFileSync(conflist(node), "utf8"))).toMatchObject({
        plugins: [{ mtu: 1450, ipam: { ranges: [[{ subnet: `10.244.${index + 1}.0/24` }]] } }],
      });
      expect(readdirSync(at(node, "bin")).toSorted()).toEqual(["fairlead", "loopback"]);
    }
  });

  test("comes before those who wait for it, its main thread alone", () => {
    const pid = agents.get("n1")?.pid ?? Number.NaN;
    const others = readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .filter((thread) => thread !== pid);
    expect(schedulingOf(pid, pid).nice).toBe(-10);
    expect(others.filter((thread) => schedulingOf(pid, thread).nice !== 0)).toEqual([]);
  });

  test("-install-only installs what the Node says, or -pod-cidr, or a usual subnet without a cluster", async () => {
    const kubeconfig = ["-kubeconfig", join(folder, "kubeconfig")];
    const installed = async (...flags: readonly string[]): Promise<unknown> => {
      const [bin, conf] = [at("alone", "bin"), at("alone", "conf")];
      const folders = ["--cni-bin-dir", bin, "--cni-conf-dir", conf, "-shim", builtShim()];
      const words = ["agent", "--install-only", ...folders, ...flags];
      const printed = await topology.place("n1").run(fairlead, words);
      const files = ["bin/fairlead", "bin/loopback", "conf/10-fairlead.conflist"];
      expect(printed.trim().split("\n")).toEqual(files.map((file) => at("alone", file)));
      const { plugins } = JSON.parse(readFileSync(join(conf, "10-fairlead.conflist"), "utf8"));
      return plugins[0].ipam.ranges;
    };
    expect(await installed()).toEqual([[{ subnet: "10.244.0.0/24" }]]);
    expect(await installed("-node-name", "n2", ...kubeconfig)).toEqual([
      [{ subnet: "10.244.2.0/24" }],
    ]);
    expect(await installed("-pod-cidr", "10.7.0.0/16,fd00::/64")).toEqual([
      [{ subnet: "10.7.0.0/16" }],
      [{ subnet: "fd00::/64" }],
    ]);
    await expect(installed("-node-name", "n3", ...kubeconfig)).rejects.toThrow('"n3" not found');
  });

  test("pods of two nodes reach one another, each with its own address", async () => {
    const [one, two] = [`fl-pod1-${process.pid}`, `fl-pod2-${process.pid}`];
    const [first, second] = [await addPod("n1", one), await addPod("n2", two)];
    const inside = (pod: string): readonly string[] => [
      ...["setpriv", "--pdeathsig", "KILL", "nsenter", `--net=${namespacePath(pod)}`, "--"],
    ];
    const server = await startAgent(inside(two), two);
    const client = await startAgent(inside(one), one);
    try {
      await server.agent.serve({ transport: "tcp", name: "two", port: 80 });
      let outcome: unknown;
      await becomes("pods do not reach one another", async () => {
        const asked = { transport: "tcp", address: second, port: 80, timeoutMs: 500 } as const;
        [outcome] = await client.agent.attempt(asked);
        return isObject(outcome) && outcome.kind === "answer";
      });
      expect(outcome).toMatchObject({ server: "two", source: first });
    } finally {
      await client.process.stop();
      await server.process.stop();
    }
    expect(await cni("n1", one, "CHECK")).toMatchObject({ status: 0, stdout: "" });
    const text = await topology
      .place("n1")
      .run(process.execPath, [
        "-e",
        "fetch('http://127.0.0.1:10258/metrics').then(async r => process.stdout.write(await r.text()))",
      ]);
    expect(text).toMatch(/fairlead_cni_add_phase_duration_seconds_count\{phase="links"\} 1/);
    expect(text).toMatch(/fairlead_cni_nodes 2/);
  });

  test("SIGKILL: DEL is written down, and done by the next agent", async () => {
    const [pod = ""] = pods;
    const agent = agents.get("n1");
    agent?.kill("SIGKILL");
    await agent?.ended;
    expect(await cni("n1", pod, "DEL")).toMatchObject({ status: 0, stdout: "" });
    expect(readdirSync(at("n1", "pending"))).toHaveLength(1);
    expect(JSON.parse((await cni("n1", pod, "STATUS")).stdout)).toMatchObject({ code: 50 });
    startAgentOf("n1");
    await becomes("the DEL is not done", () => readdirSync(at("n1", "pending")).length === 0);
    const leases = readdirSync(at("n1", "leases", "fairlead"));
    expect(leases).not.toContain("10.244.1.2");
    expect(
      await topology.place("n1").run("ip", ["-o", "link", "show", "type", "veth"]),
    ).not.toContain(pod);
    await becomes("STATUS is not 0", async () => (await cni("n1", pod, "STATUS")).status === 0);
  });

  test("SIGTERM ends it, and the ways stay", async () => {
    const agent = agents.get("n2");
    agent?.kill("SIGTERM");
    expect(await agent?.ended).toBe(0);
    const routes = await topology.place("n2").run("ip", ["route", "show", "proto", "86"]);
    expect(routes).toContain("10.244.1.0/24 via 10.244.1.0 dev fairlead.1");
  });
});
