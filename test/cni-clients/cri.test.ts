/** containerd's CRI socket, asked as kubelet asks it, over Fairlead's plugin. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject } from "#cni/json.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";
import {
  doctor,
  folders,
  installOnly,
  noTraces,
  startApiServer,
  startFairlead,
  traces,
} from "./fairlead.ts";
import { ask, becomes, createRuntimeNode } from "./node.ts";
import { type Pods, podsOf } from "./pods.ts";

describeWhere(
  ["topology", "nftables", "cc", "containers", "containerd"],
  "containerd's CRI",
  () => {
    let node: RuntimeNode;
    let fairlead: Daemon;
    let containerd: Containerd;
    let pods: Pods;

    beforeAll(async () => {
      node = await createRuntimeNode();
      await startApiServer(node);
      containerd = await startContainerd(node);
      pods = podsOf(node, containerd);
    });
    afterAll(async () => {
      await pods?.removeAll().catch(() => undefined);
      containerd?.runtime.close();
      await node?.close();
    });

    test("the network is not ready before the configuration is there, and is soon after", async () => {
      expect(await pods.condition("NetworkReady")).toMatchObject({
        status: false,
        message: expect.stringContaining("cni plugin not initialized"),
      });
      await expect(pods.run("early")).rejects.toThrow(/cni plugin not initialized/);
      fairlead = await startFairlead(node);
      await pods.ready();
    });

    test("pods get addresses of the node's range, and reach the bridge, one another and outside", async () => {
      const [a, b] = [await pods.run("a"), await pods.run("b")];
      for (const { ip } of [a, b]) expect(ip).toMatch(/^10\.244\.1\.\d+$/);
      expect((await traces(node)).leases.toSorted()).toEqual([a.ip, b.ip].toSorted());
      await (await node.agent()).serve({ transport: "tcp", name: "node", port: 7001 });
      await (await pods.agentIn("b")).serve({ transport: "tcp", name: "b", port: 7002 });
      const outside = await node.outside.agent();
      await outside.serve({ transport: "tcp", name: "outside", port: 7003 });
      const client = await pods.agentIn("a");
      expect(await ask(client, "10.244.1.1", 7001)).toBe(`node saw ${a.ip}`);
      expect(await ask(client, b.ip, 7002)).toBe(`b saw ${a.ip}`);
      expect(await ask(client, "192.168.60.100", 7003)).toBe("outside saw 192.168.60.1");
      // The loopback plugin is Fairlead's, too.
      const lo = await node.run(
        "nsenter",
        `--net=${await pods.netnsOf("a")}`,
        "ip",
        "link",
        "show",
        "lo",
      );
      expect(lo).toContain("LOOPBACK,UP");
    });

    test("a host port leads to the pod; bandwidth of annotations is shaped", async () => {
      const { ip } = await pods.run("ported", {
        portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
        annotations: { "kubernetes.io/egress-bandwidth": "10M" },
      });
      await (await pods.agentIn("ported")).serve({ transport: "tcp", name: "ported", port: 80 });
      const outside = await node.outside.agent();
      expect(await ask(outside, "192.168.60.1", 8080)).toBe("ported saw 192.168.60.100");
      expect(await ask(await pods.agentIn("a"), "192.168.60.1", 8080)).toMatch(/^ported saw /);
      expect(await node.run("tc", "qdisc", "show")).toMatch(/tbf .*dev bwp\S+ .*rate 10Mbit/);
      expect(ip).toMatch(/^10\.244\.1\./);
    });

    test("a pod whose namespace went without the runtime: doctor names it, and mends it", async () => {
      expect(await doctor(node)).toEqual([]);
      const { id, ip } = await pods.run("lost");
      const netns = (await pods.netnsOf("lost")).replace(/^.*\//, "");
      const script = 'kill -9 $(ip netns pids "$1"); ip netns del "$1"';
      await node.run("sh", "-euc", script, "end", netns);
      await becomes("its link is gone", async () => (await traces(node)).links.length === 3);
      const found = (await doctor(node)).map((finding) => JSON.parse(finding));
      expect(found).toMatchObject([
        {
          name: "cache-without-pod",
          object: `/var/lib/cni/results/fairlead-${id}-eth0`,
          pod: "default/lost",
        },
        { name: "cache-without-pod", object: `/var/lib/cni/results/cni-loopback-${id}-lo` },
        {
          name: "lease-without-namespace",
          object: `/run/fairlead/ipam/fairlead/${ip}`,
          pod: "default/lost",
        },
      ]);
      await doctor(node, "-fix");
      expect(await doctor(node)).toEqual([]);
      expect(await pods.isGone("lost")).toBe(true);
      await pods.remove("lost");
    });

    test("StopPodSandbox, also repeated, leaves no lease, link, rule or result", async () => {
      const netns = node.path(await pods.netnsOf("ported"));
      for (const _ of [1, 2, 3]) await pods.stop("ported");
      expect(await pods.isGone("ported")).toBe(true);
      expect(await node.run("tc", "qdisc", "show")).not.toContain("bwp");
      expect((await traces(node)).links).toHaveLength(2);
      expect(() => readFileSync(netns)).toThrow(/ENOENT/);
      expect(await ask(await node.outside.agent(), "192.168.60.1", 8080)).toBe("no answer");
      await pods.remove("ported");
    });

    test.each(["TERM", "KILL"] as const)(
      "containerd ends by SIG%s and comes back: pods go on, and are stopped without a trace",
      async (signal) => {
        const name = `kept-${signal.toLowerCase()}`;
        const { ip } = await pods.run(name);
        await (await pods.agentIn(name)).serve({ transport: "tcp", name, port: 80 });
        const client = await pods.agentIn("a");
        await containerd.end(signal);
        expect(await ask(client, ip, 80)).toMatch(name);
        await containerd.start();
        await pods.ready();
        expect(await ask(client, ip, 80)).toMatch(name);
        const later = await pods.run(`later-${signal.toLowerCase()}`);
        expect(later.ip).not.toBe(ip);
        for (const _ of [1, 2]) await pods.stop(name);
        expect(await pods.isGone(name)).toBe(true);
      },
    );

    test("a sandbox that is stopped while no agent runs is cleared away by the next one", async () => {
      await pods.run("orphan");
      await fairlead.end("KILL");
      await pods.stop("orphan");
      expect(await pods.isGone("orphan")).toBe(false);
      // DELs of eth0 and lo; by now the runtime has taken the namespace away.
      const names = (await doctor(node)).map((finding) => JSON.parse(finding).name);
      expect(names).toEqual(["pending-del", "pending-del", "lease-without-namespace"]);
      await expect(pods.run("refused")).rejects.toThrow(/agent does not answer on this node/);
      fairlead = await startFairlead(node);
      expect(await pods.isGone("orphan")).toBe(true);
      // kubelet asks again, with the same name and another attempt.
      expect((await pods.run("refused")).ip).toMatch(/^10\.244\.1\./);
    });

    test("the configuration is replaced in place: containerd takes it for the next pod", async () => {
      const conflist = node.path(join(folders.configuration, "10-fairlead.conflist"));
      await fairlead.end("TERM");
      fairlead = await startFairlead(node);
      const before = readFileSync(conflist, "utf8");
      await installOnly(node, "10.244.9.0/24");
      expect(readFileSync(conflist, "utf8")).not.toBe(before);
      await becomes("containerd has read it", async () => {
        const { info } = await containerd.runtime.status({ verbose: true });
        return JSON.stringify(info.cniconfig).includes("10.244.9.0/24");
      });
      const moved = await pods.run("moved");
      expect(moved.ip).toMatch(/^10\.244\.9\.\d+$/);
      const addresses = await node.run("ip", "-o", "-4", "addr", "show", "dev", "cni0");
      expect(addresses).toContain("10.244.9.1/24");
      // A pod of the former range is stopped under the new configuration.
      for (const name of ["a", "moved"]) {
        await pods.stop(name);
        expect(await pods.isGone(name)).toBe(true);
      }
    });

    test("kind's configuration, which knows the reference plugins alone, works as it is", async () => {
      await pods.withConfiguration(kind, async () => {
        const portMappings = [{ protocol: "TCP", containerPort: 80, hostPort: 8081 }] as const;
        const [one, two] = [
          await pods.run("kind-one"),
          await pods.run("kind-two", { portMappings }),
        ];
        for (const { ip } of [one, two]) expect(ip).toMatch(/^10\.245\.0\.\d+$/);
        await (await pods.agentIn("kind-two")).serve({ transport: "tcp", name: "two", port: 80 });
        expect(await ask(await pods.agentIn("kind-one"), two.ip, 80)).toBe(`two saw ${one.ip}`);
        const outside = await node.outside.agent();
        expect(await ask(outside, "192.168.60.1", 8081)).toBe("two saw 192.168.60.100");
        expect(await doctor(node)).toEqual([]);
        for (const name of ["kind-one", "kind-two"]) {
          await pods.stop(name);
          expect(await pods.isGone(name)).toBe(true);
        }
      });
    });

    test("a list whose second plugin fails: the sandbox is refused in its words, and nothing is left", async () => {
      const bad = { type: "bandwidth", ingressRate: 1000 };
      const [first, last] = kind.plugins;
      const list = { ...kind, name: "broken", plugins: [first, bad, last] };
      await pods.withConfiguration(list, async () => {
        const before = await traces(node);
        await expect(pods.run("broken")).rejects.toThrow(
          /plugin type="bandwidth" failed \(add\).*burst/i,
        );
        expect(await traces(node)).toEqual(before);
      });
    });

    test("two families: both addresses are told, and a host port leads to the pod in each", async () => {
      const ranges = [[{ subnet: "10.246.0.0/24" }], [{ subnet: "fd00:246::/64" }]];
      const capabilities = { portMappings: true };
      const plugin = { type: "fairlead", ipam: { type: "host-local", ranges }, capabilities };
      const list = { cniVersion: "1.0.0", name: "both", plugins: [{ ...plugin, bridge: "cni1" }] };
      await pods.withConfiguration(list, async () => {
        const portMappings = [{ protocol: "TCP", containerPort: 80, hostPort: 8082 }] as const;
        const { ip, otherIps } = await pods.run("both", { portMappings });
        expect([ip, ...otherIps]).toEqual(["10.246.0.2", "fd00:246::2"]);
        await (await pods.agentIn("both")).serve({ transport: "tcp", name: "both", port: 80 });
        const client = await node.agent();
        expect(await ask(client, "fd00:246::2", 80)).toMatch(/^both saw fd00:246::/);
        await node.run("ip", "addr", "add", "fd00:60::1/64", "dev", "eth0", "nodad");
        expect(await ask(client, "fd00:60::1", 8082)).toMatch(/^both saw /);
        expect(await ask(client, "192.168.60.1", 8082)).toMatch(/^both saw /);
        await pods.remove("both");
      });
    });

    test("twelve pods at once have an address each, and leave nothing when all are stopped at once", async () => {
      const names = Array.from({ length: 12 }, (_, index) => `many-${index}`);
      const made = await Promise.all(names.map((name) => pods.run(name)));
      expect(new Set(made.map(({ ip }) => ip)).size).toBe(12);
      await Promise.all(pods.names().map((name) => pods.stop(name)));
      expect(await traces(node)).toEqual(noTraces);
    });

    test("what the runtime keeps of a result is what the plugin gave", async () => {
      const { id, ip } = await pods.run("last");
      const file = node.path(`/var/lib/cni/results/fairlead-${id}-eth0`);
      const { result } = JSON.parse(readFileSync(file, "utf8"));
      expect(isObject(result) && result.ips).toMatchObject([{ address: `${ip}/24` }]);
    });
  },
);

/** As kindnetd writes it, with a range of its own here. */
const kind = {
  cniVersion: "0.3.1",
  name: "kindnet",
  plugins: [
    {
      type: "ptp",
      ipMasq: false,
      ipam: {
        type: "host-local",
        dataDir: "/run/cni-ipam-state",
        routes: [{ dst: "0.0.0.0/0" }],
        ranges: [[{ subnet: "10.245.0.0/24" }]],
      },
      mtu: 1500,
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};
