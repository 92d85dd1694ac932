import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeCall } from "#cni/agent/server/frames.ts";
import { hostLinkName, ifbName } from "#cni/types/names.ts";
import type { CniCall, CniNode } from "#test/cni/contract.ts";
import { createNode } from "#test/cni/node.ts";
import { inProcess } from "#test/cni/plugins.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { keepAttachment } from "#test/support/runtime-cache.ts";
import { examine } from "./doctor.ts";

const BRIDGE = "cni-doctor";
const owner = (containerId: string) => ({ network: "net", containerId, ifname: "eth0" });

describeWhere(["namespaces", "nftables"], "doctor on a node with two pods", () => {
  let node: CniNode;
  let serving: Promise<unknown> | undefined;

  const at = (...path: readonly string[]): string => join(node.dataDir, ...path);
  const config = () => ({
    type: "fairlead",
    bridge: BRIDGE,
    ipMasq: true,
    ipam: { type: "host-local", dataDir: at("leases"), subnet: "10.217.33.0/24" },
  });
  const call = (id: string, more: object = {}): CniCall => ({
    id,
    config: { ...config(), ...more },
  });
  const mapped = { runtimeConfig: { portMappings: [{ hostPort: 8033, containerPort: 80 }] } };
  const cache = (id: string): string =>
    keepAttachment(at("cache"), {
      ...owner(id),
      netns: node.netnsOf(id),
      types: ["fairlead"],
      pod: ["shop", id],
    });
  const add = async (id: string, more: object = {}): Promise<void> => {
    await node.succeed(call(id, more));
    cache(id);
  };
  const doctor = async (fix = false, waits = { settleMs: 10, graceMs: 0 }) => {
    const report = await examine({
      namespacePath: node.namespacePath,
      leaseDirs: [at("leases")],
      confDir: at("conf"),
      runtimeCacheDir: at("cache"),
      pendingDir: at("pending"),
      ...waits,
      fix,
    });
    return report.findings;
  };
  const named = async (): Promise<readonly string[]> =>
    (await doctor()).map(
      ({ name, object }) => `${name} ${object.replaceAll(`${node.dataDir}/`, "")}`,
    );
  /** Mends all of what is found, and only that: then nothing is found, and the other pod has its network. */
  const mends = async (): Promise<void> => {
    const findings = await doctor(true);
    expect(findings.map(({ name, outcome }) => [name, outcome])).toEqual(
      findings.map(({ name }) => [name, { kind: "mended" }]),
    );
    expect(await doctor()).toEqual([]);
    await reaches("live");
  };
  const reaches = async (id: string): Promise<void> => {
    serving ??= node
      .agent()
      .then((each) => each.serve({ transport: "tcp", name: "node", port: 77 }));
    await serving;
    const client = await node.agent(id);
    const [outcome] = await client.attempt({
      transport: "tcp",
      address: "10.217.33.1",
      port: 77,
      timeoutMs: 5000,
    });
    expect(outcome).toMatchObject({ kind: "answer", server: "node", source: addressOf(id) });
  };
  const linkGoes = async (id: string): Promise<void> => {
    for (let look = 0; look < 2000; look++) {
      const links = node.run("ip", "-o", "link");
      if (!links.includes(hostLinkName(owner(id)))) return;
      await sleep(25);
    }
    throw new Error(`the link of ${id} stays`);
  };
  const addressOf = (id: string): string =>
    /inet ([\d.]+)/.exec(node.runIn(id, "ip", "-4", "addr", "show", "dev", "eth0"))?.[1] ?? "";
  const ruleSet = (): string => node.run("nft", "list", "table", "inet", "fairlead-cni");

  beforeEach(async () => {
    node = await createNode(inProcess);
    await add("live");
    await add("other", mapped);
    serving = undefined;
  });
  afterEach(() => node.close());

  test("finds nothing while all is well, and counts what it has looked at", async () => {
    expect(await named()).toEqual([]);
    await reaches("live");
  });

  test("a namespace that went without DEL: lease, rules, host port, runtime cache", async () => {
    node.removeContainer("other");
    await linkGoes("other");
    expect(await named()).toEqual([
      "cache-without-pod cache/net-other-eth0",
      "rules-without-owner table inet fairlead-cni owner cni/net/other/eth0",
      "lease-without-namespace leases/net/10.217.33.3",
    ]);
    expect((await doctor())[0]).toMatchObject({ pod: "shop/other", owner: "net/other/eth0" });
    await mends();
    expect(ruleSet()).not.toContain("8033");
    expect(existsSync(at("leases/net/10.217.33.3"))).toBe(false);
    expect(existsSync(at("cache/net-other-eth0"))).toBe(false);
    await add("other", mapped);
    expect(ruleSet()).toContain("8033");
  });

  test("another container has the name of the namespace, and maybe its inode", async () => {
    node.removeContainer("other");
    await linkGoes("other");
    node.netnsOf("other");
    rmSync(at("cache/net-other-eth0"));
    expect((await named()).map((text) => text.split(" ")[0])).toEqual([
      "rules-without-owner",
      expect.stringMatching(/^lease-without-(?:namespace|link)$/),
    ]);
    await mends();
  });

  test("a lease without its link, in a namespace that lives", async () => {
    node.run("ip", "link", "del", hostLinkName(owner("other")));
    expect(await named()).toEqual(["pod-without-link net/other/eth0"]);
    // The runtime keeps it, so the pod may be alive: that is for the runtime to end.
    expect((await doctor(true))[0]?.outcome).toMatchObject({ kind: "left" });
    expect(existsSync(at("leases/net/10.217.33.3"))).toBe(true);
    rmSync(at("cache/net-other-eth0"));
    expect(await named()).toEqual([
      "rules-without-owner table inet fairlead-cni owner cni/net/other/eth0",
      "lease-without-link leases/net/10.217.33.3",
    ]);
    await mends();
    await add("other", mapped);
  });

  test("a link without its lease: the lease is written anew, the pod stays", async () => {
    rmSync(at("leases/net/10.217.33.3"));
    expect(await named()).toEqual(["lease-missing leases/net/10.217.33.3"]);
    await mends();
    expect(readFileSync(at("leases/net/10.217.33.3"), "utf8")).toBe("other\r\neth0");
    await reaches("other");
    await node.succeed({ ...call("other"), command: "DEL" });
    expect(existsSync(at("leases/net/10.217.33.3"))).toBe(false);
  });

  test("all leases are lost", async () => {
    rmSync(at("leases/net"), { recursive: true });
    rmSync(at("leases/.fairlead/net/owners"), { recursive: true });
    mkdirSync(at("leases/net"));
    expect(await named()).toEqual([
      "lease-missing leases/net/10.217.33.2",
      "lease-missing leases/net/10.217.33.3",
    ]);
    await mends();
    await add("third");
    expect(addressOf("third")).toBe("10.217.33.4");
  });

  test("two live pods with one address", async () => {
    await add("third");
    writeFileSync(at("leases/net/10.217.33.3"), "third\r\neth0");
    rmSync(at("leases/net/10.217.33.4"));
    expect(await named()).toContain("address-twice 10.217.33.3");
    await reaches("live");
  });

  test("a lease of another boot, one of nobody, an empty one", async () => {
    const record = at("leases/.fairlead/net/owners/old:eth0");
    const old = {
      containerId: "old",
      ifname: "eth0",
      addresses: ["10.217.33.77"],
      bootId: "boot-0",
    };
    writeFileSync(
      record,
      JSON.stringify({ ...old, netns: "/run/netns/old", netnsIdentity: "4:1" }),
    );
    writeFileSync(at("leases/net/10.217.33.77"), "old\r\neth0");
    writeFileSync(at("leases/net/10.217.33.78"), "");
    writeFileSync(at("leases/net/10.217.33.79"), "stranger\r\neth0");
    expect(await named()).toEqual([
      "lease-empty leases/net/10.217.33.78",
      "lease-of-another-boot leases/net/10.217.33.77",
      "lease-without-namespace leases/net/10.217.33.79",
    ]);
    await mends();
    expect(existsSync(record)).toBe(false);
  });

  test("an index without leases", async () => {
    const record = at("leases/.fairlead/net/owners/old:eth0");
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const old = { containerId: "old", ifname: "eth0", addresses: ["10.217.33.77"], bootId };
    writeFileSync(record, JSON.stringify(old));
    expect(await named()).toEqual(["index-without-lease leases/.fairlead/net/owners/old:eth0"]);
    await mends();
    expect(existsSync(record)).toBe(false);
  });

  test("elements that no rule names, and rules that lost one", async () => {
    const table = ["inet", "fairlead-cni"];
    const element = '{ tcp . 9999 comment "0123456789abcdef" : 10.217.33.99 . 80 }';
    node.run("nft", "add", "element", ...table, "hostports4", element);
    expect(await named()).toEqual([
      "element-without-owner table inet fairlead-cni element hostports4 tcp 9999",
    ]);
    await mends();
    node.run("nft", "delete", "element", ...table, "hostports4", "{ tcp . 8033 }");
    expect(await doctor(true)).toMatchObject([
      { name: "rules-incomplete", owner: "net/other/eth0", outcome: { kind: "left" } },
    ]);
  });

  test("neighbours and forwarding entries that lead elsewhere", async () => {
    const address = addressOf("live");
    const wrong = ["lladdr", "02:00:00:00:00:99", "dev", BRIDGE, "nud", "permanent"];
    node.run("ip", "neigh", "replace", address, ...wrong);
    node.run("ip", "neigh", "replace", "10.217.33.200", ...wrong);
    const mac = /ether ([\d:a-f]+)/.exec(node.runIn("live", "ip", "link", "show", "eth0"))?.[1];
    const port = hostLinkName(owner("other"));
    node.run("bridge", "fdb", "replace", mac ?? "", "dev", port, "master", "static", "sticky");
    expect(await named()).toEqual([
      `neighbour-wrong ${address} at 02:00:00:00:00:99 on ${BRIDGE}`,
      `neighbour-stale 10.217.33.200 at 02:00:00:00:00:99 on ${BRIDGE}`,
      `forwarding-wrong ${mac} on ${port}`,
    ]);
    const outcomes = (await doctor(true)).map(({ name, outcome }) => [name, outcome?.kind]);
    // Who made it last for an address of nobody is not known.
    expect(outcomes).toEqual([
      ["neighbour-wrong", "mended"],
      ["neighbour-stale", "left"],
      ["forwarding-wrong", "mended"],
    ]);
    node.run("ip", "neigh", "del", "10.217.33.200", "dev", BRIDGE);
    expect(await named()).toEqual([]);
    await reaches("live");
  });

  test("the way to another node's pods: whole, and what is left of it", async () => {
    const [tunnel, mac, gateway] = ["fairlead.1", "02:00:00:00:00:42", "10.217.34.0"];
    const vxlan = ["type", "vxlan", "id", "1", "dstport", "8472", "nolearning"];
    node.run("ip", "link", "add", tunnel, ...vxlan, "local", "127.0.0.1");
    node.run("ip", "link", "set", tunnel, "up");
    node.run("ip", "neigh", "add", gateway, "lladdr", mac, "dev", tunnel, "nud", "permanent");
    node.run("bridge", "fdb", "add", mac, "dev", tunnel, "dst", "127.0.0.2", "self", "permanent");
    const route = [`${gateway}/24`, "via", gateway, "dev", tunnel, "onlink", "proto", "86"];
    node.run("ip", "route", "add", ...route);
    expect(await named()).toEqual([]);
    node.run("ip", "route", "del", ...route);
    expect(await named()).toEqual([
      `neighbour-without-route ${gateway} at ${mac} on ${tunnel}`,
      `forwarding-without-route ${mac} to 127.0.0.2 on ${tunnel}`,
    ]);
    await mends();
    node.run("ip", "route", "add", ...route);
    expect(await doctor(true)).toMatchObject([
      { name: "route-without-neighbour", outcome: { kind: "left" } },
    ]);
  });

  test("a runtime that keeps nothing of a live pod: told, and the pod left alone", async () => {
    rmSync(at("cache/net-other-eth0"));
    expect(await doctor(true)).toMatchObject([
      { name: "pod-without-cache", object: "net/other/eth0", outcome: { kind: "left" } },
    ]);
    await reaches("other");
  });

  test("a device that shapes traffic and outlived its pod", async () => {
    const bandwidth = { ingressRate: 1e6, ingressBurst: 1e6, egressRate: 1e6, egressBurst: 1e6 };
    await add("slow", { runtimeConfig: { bandwidth } });
    expect(await named()).toEqual([]);
    node.removeContainer("slow");
    await linkGoes("slow");
    expect(await named()).toContain(`link-without-owner ${ifbName(owner("slow"))}`);
    await mends();
  });

  test("pending DELs: done, overtaken, unreadable, half written", async () => {
    mkdirSync(at("pending"), { recursive: true });
    const env = {
      CNI_COMMAND: "DEL",
      CNI_CONTAINERID: "other",
      CNI_NETNS: node.netnsOf("other"),
      CNI_IFNAME: "eth0",
      CNI_PATH: "/opt/cni/bin",
    };
    const stdin = JSON.stringify({ cniVersion: "1.0.0", name: "net", ...config() });
    writeFileSync(at("pending/01.del"), encodeCall({ name: "fairlead", stdin, env }));
    writeFileSync(at("pending/.123"), "half");
    rmSync(at("cache/net-other-eth0"));
    expect(await named()).toEqual(["pending-draft pending/.123", "pending-del pending/01.del"]);
    await mends();
    expect(node.run("ip", "-o", "link")).not.toContain(hostLinkName(owner("other")));
    writeFileSync(at("pending/01.del"), encodeCall({ name: "fairlead", stdin, env }));
    await sleep(20);
    await add("other", mapped);
    expect(await named()).toEqual(["pending-overtaken pending/01.del"]);
    await mends();
    await reaches("other");
    writeFileSync(at("pending/02.del"), "none");
    expect(await doctor(true)).toMatchObject([
      { name: "pending-unreadable", outcome: { kind: "left" } },
    ]);
  });

  test("broken links are told", async () => {
    const link = hostLinkName(owner("other"));
    node.run("ip", "link", "set", link, "nomaster");
    node.run("ip", "link", "set", link, "down");
    node.runIn("other", "ip", "addr", "flush", "dev", "eth0");
    expect(await named()).toEqual([
      `link-without-address ${link}`,
      `link-unattached ${link}`,
      `link-down ${link}`,
    ]);
  });

  test("while pods come and go: it takes nothing away from any of them", async () => {
    let looks = 0;
    const churn = async (id: string): Promise<void> => {
      for (let round = 0; round < 12 || (looks < 2 && round < 100); round++) {
        const result = await node.succeed(call(id));
        const checked = { ...config(), prevResult: { cniVersion: "1.1.0", ...result } };
        await node.succeed({ id, command: "CHECK", config: checked });
        await node.succeed({ ...call(id), command: "DEL" });
      }
    };
    let isOver = false;
    const churning = Promise.all(["x", "y", "z"].map(churn)).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await doctor(true, { settleMs: 20, graceMs: 60_000 });
      looks += 1;
    }
    await churning;
    expect(await named()).toEqual([]);
    for (const id of ["live", "other"]) await reaches(id);
    // On a busy machine a pod takes a second.
  }, 300_000);
});
