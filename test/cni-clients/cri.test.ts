/** containerd's CRI socket, asked as kubelet asks it, over Fairlead's plugin. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject } from "#cni/json.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";
import type { PodSandboxConfig } from "./cri/client.ts";
import {
  folders,
  installOnly,
  noTraces,
  startApiServer,
  startFairlead,
  traces,
} from "./fairlead.ts";
import { ask, becomes, createRuntimeNode } from "./node.ts";

describeWhere(
  ["topology", "nftables", "cc", "containers", "containerd"],
  "containerd's CRI",
  () => {
    let node: RuntimeNode;
    let fairlead: Daemon;
    let containerd: Containerd;

    /** Sandboxes that were run, by the pods' names. */
    const sandboxes = new Map<string, { readonly id: string; readonly ip: string }>();

    const runPod = async (
      name: string,
      more: Pick<PodSandboxConfig, "portMappings" | "annotations"> = {},
    ) => {
      const { podSandboxId: id } = await containerd.runtime.runPodSandbox({
        config: {
          metadata: { name, uid: `uid-${name}`, namespace: "default" },
          linux: { cgroupParent: node.cgroup },
          ...more,
        },
      });
      const { status } = await containerd.runtime.podSandboxStatus({
        podSandboxId: id,
        verbose: false,
      });
      const pod = { id, ip: status.network?.ip ?? "" };
      sandboxes.set(name, pod);
      return pod;
    };
    const idOf = (name: string): { readonly podSandboxId: string } => {
      return { podSandboxId: sandboxes.get(name)?.id ?? "" };
    };
    const stopPod = (name: string): Promise<object> =>
      containerd.runtime.stopPodSandbox(idOf(name));
    /** Path of the pod's network namespace on the node. */
    const netnsOf = async (name: string): Promise<string> => {
      const asked = { ...idOf(name), verbose: true };
      const { info } = await containerd.runtime.podSandboxStatus(asked);
      const { runtimeSpec } = JSON.parse(info.info ?? "{}");
      const found = (runtimeSpec.linux.namespaces as readonly Record<string, string>[]).find(
        ({ type }) => type === "network",
      );
      return found?.path ?? "";
    };
    const agentIn = async (name: string) => node.agent(await netnsOf(name));
    const condition = async (type: string) => {
      const { status } = await containerd.runtime.status({ verbose: false });
      return status.conditions.find((each) => each.type === type);
    };
    /** With that list first in the runtime's folder. */
    const withConfiguration = async (
      list: { readonly name: string },
      body: () => Promise<void>,
    ): Promise<void> => {
      const folder = node.path(folders.configuration);
      const isLoaded = async (): Promise<boolean> => {
        const { info } = await containerd.runtime.status({ verbose: true });
        return JSON.stringify(info.cniconfig).includes(list.name);
      };
      writeFileSync(join(folder, ".first.draft"), JSON.stringify(list));
      renameSync(join(folder, ".first.draft"), join(folder, "05-first.conflist"));
      await becomes("containerd has read it", isLoaded);
      await body();
      rmSync(join(folder, "05-first.conflist"));
      await becomes("containerd has seen it go", async () => !(await isLoaded()));
    };
    /** Nothing of the pod is left. */
    const isGone = async (name: string): Promise<boolean> => {
      const { id, ip } = sandboxes.get(name) ?? { id: "none", ip: "none" };
      const { leases, rules, results } = await traces(node);
      const words = [...leases.filter((lease) => lease === ip), ...rules, ...results];
      return !words.some((word) => word === ip || word.includes(id));
    };

    beforeAll(async () => {
      node = await createRuntimeNode();
      await startApiServer(node);
      containerd = await startContainerd(node);
    });
    afterAll(async () => {
      for (const name of sandboxes.keys()) {
        await stopPod(name).catch(() => undefined);
        await containerd.runtime.removePodSandbox(idOf(name)).catch(() => undefined);
      }
      containerd?.runtime.close();
      await node?.close();
    });

    test("the network is not ready before the configuration is there, and is soon after", async () => {
      expect(await condition("NetworkReady")).toMatchObject({
        status: false,
        message: expect.stringContaining("cni plugin not initialized"),
      });
      await expect(runPod("early")).rejects.toThrow(/cni plugin not initialized/);
      fairlead = await startFairlead(node);
      await becomes(
        "the network is ready",
        async () => (await condition("NetworkReady"))?.status === true,
      );
    });

    test("pods get addresses of the node's range, and reach the bridge, one another and outside", async () => {
      const [a, b] = [await runPod("a"), await runPod("b")];
      for (const { ip } of [a, b]) expect(ip).toMatch(/^10\.244\.1\.\d+$/);
      expect((await traces(node)).leases.toSorted()).toEqual([a.ip, b.ip].toSorted());
      await (await node.agent()).serve({ transport: "tcp", name: "node", port: 7001 });
      await (await agentIn("b")).serve({ transport: "tcp", name: "b", port: 7002 });
      const outside = await node.outside.agent();
      await outside.serve({ transport: "tcp", name: "outside", port: 7003 });
      const client = await agentIn("a");
      expect(await ask(client, "10.244.1.1", 7001)).toBe(`node saw ${a.ip}`);
      expect(await ask(client, b.ip, 7002)).toBe(`b saw ${a.ip}`);
      expect(await ask(client, "192.168.60.100", 7003)).toBe("outside saw 192.168.60.1");
      // The loopback plugin is Fairlead's, too.
      const lo = await node.run(
        "nsenter",
        `--net=${await netnsOf("a")}`,
        "ip",
        "link",
        "show",
        "lo",
      );
      expect(lo).toContain("LOOPBACK,UP");
    });

    test("a host port leads to the pod; bandwidth of annotations is shaped", async () => {
      const { ip } = await runPod("ported", {
        portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
        annotations: { "kubernetes.io/egress-bandwidth": "10M" },
      });
      await (await agentIn("ported")).serve({ transport: "tcp", name: "ported", port: 80 });
      const outside = await node.outside.agent();
      expect(await ask(outside, "192.168.60.1", 8080)).toBe("ported saw 192.168.60.100");
      expect(await ask(await agentIn("a"), "192.168.60.1", 8080)).toMatch(/^ported saw /);
      expect(await node.run("tc", "qdisc", "show")).toMatch(/tbf .*dev bwp\S+ .*rate 10Mbit/);
      expect(ip).toMatch(/^10\.244\.1\./);
    });

    test("StopPodSandbox, also repeated, leaves no lease, link, rule or result", async () => {
      const netns = node.path(await netnsOf("ported"));
      for (const _ of [1, 2, 3]) await stopPod("ported");
      expect(await isGone("ported")).toBe(true);
      expect(await node.run("tc", "qdisc", "show")).not.toContain("bwp");
      expect((await traces(node)).links).toHaveLength(2);
      expect(() => readFileSync(netns)).toThrow(/ENOENT/);
      expect(await ask(await node.outside.agent(), "192.168.60.1", 8080)).toBe("no answer");
      await containerd.runtime.removePodSandbox(idOf("ported"));
      sandboxes.delete("ported");
    });

    test.each(["TERM", "KILL"] as const)(
      "containerd ends by SIG%s and comes back: pods go on, and are stopped without a trace",
      async (signal) => {
        const name = `kept-${signal.toLowerCase()}`;
        const { ip } = await runPod(name);
        await (await agentIn(name)).serve({ transport: "tcp", name, port: 80 });
        const client = await agentIn("a");
        await containerd.end(signal);
        expect(await ask(client, ip, 80)).toMatch(name);
        await containerd.start();
        await becomes(
          "the network is ready",
          async () => (await condition("NetworkReady"))?.status === true,
        );
        expect(await ask(client, ip, 80)).toMatch(name);
        const later = await runPod(`later-${signal.toLowerCase()}`);
        expect(later.ip).not.toBe(ip);
        for (const _ of [1, 2]) await stopPod(name);
        expect(await isGone(name)).toBe(true);
      },
    );

    test("a sandbox that is stopped while no agent runs is cleared away by the next one", async () => {
      await runPod("orphan");
      await fairlead.end("KILL");
      await stopPod("orphan");
      expect(await isGone("orphan")).toBe(false);
      await expect(runPod("refused")).rejects.toThrow(/agent does not answer on this node/);
      fairlead = await startFairlead(node);
      expect(await isGone("orphan")).toBe(true);
      // kubelet asks again, with the same name and another attempt.
      expect((await runPod("refused")).ip).toMatch(/^10\.244\.1\./);
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
      const moved = await runPod("moved");
      expect(moved.ip).toMatch(/^10\.244\.9\.\d+$/);
      const addresses = await node.run("ip", "-o", "-4", "addr", "show", "dev", "cni0");
      expect(addresses).toContain("10.244.9.1/24");
      // A pod of the former range is stopped under the new configuration.
      for (const name of ["a", "moved"]) {
        await stopPod(name);
        expect(await isGone(name)).toBe(true);
      }
    });

    test("kind's configuration, which knows the reference plugins alone, works as it is", async () => {
      await withConfiguration(kind, async () => {
        const portMappings = [{ protocol: "TCP", containerPort: 80, hostPort: 8081 }] as const;
        const [one, two] = [await runPod("kind-one"), await runPod("kind-two", { portMappings })];
        for (const { ip } of [one, two]) expect(ip).toMatch(/^10\.245\.0\.\d+$/);
        await (await agentIn("kind-two")).serve({ transport: "tcp", name: "two", port: 80 });
        expect(await ask(await agentIn("kind-one"), two.ip, 80)).toBe(`two saw ${one.ip}`);
        const outside = await node.outside.agent();
        expect(await ask(outside, "192.168.60.1", 8081)).toBe("two saw 192.168.60.100");
        for (const name of ["kind-one", "kind-two"]) {
          await stopPod(name);
          expect(await isGone(name)).toBe(true);
        }
      });
    });

    test("a list whose second plugin fails: the sandbox is refused in its words, and nothing is left", async () => {
      const bad = { type: "bandwidth", ingressRate: 1000 };
      const [first, last] = kind.plugins;
      const list = { ...kind, name: "broken", plugins: [first, bad, last] };
      await withConfiguration(list, async () => {
        const before = await traces(node);
        await expect(runPod("broken")).rejects.toThrow(
          /plugin type="bandwidth" failed \(add\).*burst/i,
        );
        expect(await traces(node)).toEqual(before);
      });
    });

    test("twelve pods at once have an address each, and leave nothing when all are stopped at once", async () => {
      const names = Array.from({ length: 12 }, (_, index) => `many-${index}`);
      const pods = await Promise.all(names.map((name) => runPod(name)));
      expect(new Set(pods.map(({ ip }) => ip)).size).toBe(12);
      await Promise.all([...sandboxes.keys()].map((name) => stopPod(name)));
      expect(await traces(node)).toEqual(noTraces);
    });

    test("what the runtime keeps of a result is what the plugin gave", async () => {
      const { id, ip } = await runPod("last");
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
