/** Agent and runtime are killed in the middle of pods; `fairlead doctor` looks on, beside two runtimes that live. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";
import { doctor, leases, noTraces, startApiServer, startFairlead, traces } from "./fairlead.ts";
import { ask, createRuntimeNode } from "./node.ts";
import { pauseImage } from "./pause/image.ts";
import { installPodman, type Podman } from "./podman.ts";
import { type Pods, podsOf } from "./pods.ts";

function resultFiles(
  node: RuntimeNode,
): readonly { readonly name: string; readonly path: string }[] {
  const folder = node.path("/var/lib/cni/results");
  return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }));
}

describeWhere(
  ["topology", "nftables", "cc", "containers", "containerd", "podman"],
  "two runtimes on one node, disturbed",
  () => {
    let node: RuntimeNode;
    let fairlead: Daemon;
    let containerd: Containerd;
    let pods: Pods;
    let podman: Podman;

    const many = (prefix: string): readonly string[] =>
      Array.from({ length: 10 }, (_, index) => `${prefix}-${index}`);

    /** Waits until so many more addresses are leased. */
    const added = async (count: number): Promise<void> => {
      const wanted = leases(node).length + count;
      for (let look = 0; look < 2000 && leases(node).length < wanted; look++) await sleep(2);
    };
    /** The pod and the container that live through all of it reach one another. */
    const livesOn = async (): Promise<void> => {
      const kept = await podman(
        "inspect",
        "-f",
        "{{.NetworkSettings.Networks.fairlead.IPAddress}}",
        "kept",
      );
      expect(leases(node)).toContain(kept);
      const client = await pods.agentIn("kept");
      expect(await ask(client, kept, 80)).toMatch(/^kept saw 10\.244\.1\./);
    };

    beforeAll(async () => {
      node = await createRuntimeNode();
      await startApiServer(node);
      fairlead = await startFairlead(node);
      containerd = await startContainerd(node);
      pods = podsOf(node, containerd);
      await pods.ready();
      podman = await installPodman(node);
    });
    afterAll(async () => {
      await podman?.("rm", "--all", "--force", "--time", "1").catch(() => undefined);
      await pods?.removeAll().catch(() => undefined);
      containerd?.runtime.close();
      await node?.close();
    });

    test("doctor finds nothing amiss with pods of either, host ports and a shaped one among them", async () => {
      const portMappings = [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }] as const;
      const annotations = { "kubernetes.io/ingress-bandwidth": "10M" };
      await pods.run("kept", { portMappings, annotations });
      const more = ["--cgroup-parent", node.cgroup, "--network", "fairlead", "-p", "9090:80"];
      await podman("run", "-d", "--name", "kept", ...more, pauseImage);
      const netns = await podman("inspect", "-f", "{{.NetworkSettings.SandboxKey}}", "kept");
      await (await node.agent(netns)).serve({ transport: "tcp", name: "kept", port: 80 });
      await podman("run", "-d", "--name", "other", "--cgroup-parent", node.cgroup, pauseImage);
      await livesOn();
      expect(await doctor(node)).toEqual([]);
    });

    test("the agent is killed while ten pods are made: what failed is made again, and all are stopped without a trace", async () => {
      const before = await traces(node);
      const enough = added(3);
      const made = Promise.allSettled(many("pod").map((name) => pods.run(name)));
      await enough;
      await fairlead.end("KILL");
      const outcomes = await made;
      fairlead = await startFairlead(node);
      const failed = many("pod").filter((_, index) => outcomes[index]?.status === "rejected");
      process.stdout.write(
        `agent killed: ${failed.length} of 10 pods failed and were made again\n`,
      );
      for (const name of failed) await pods.run(name);
      await livesOn();
      for (const name of many("pod")) await pods.remove(name);
      await doctor(node, "-fix");
      expect(await doctor(node)).toEqual([]);
      expect(await traces(node)).toEqual(before);
    });

    test("containerd is killed while ten pods are made: once it has removed what it knows, doctor mends the rest", async () => {
      const before = await traces(node);
      const { ip } = await pods.run("asked");
      const enough = added(3);
      const made = Promise.allSettled(many("half").map((name) => pods.run(name)));
      await enough;
      await containerd.end("KILL");
      const failed = (await made).filter(({ status }) => status === "rejected");
      process.stdout.write(`containerd killed: ${failed.length} of 10 pods failed\n`);
      await containerd.start();
      await pods.ready();
      await livesOn();
      // libcni writes a result in place: one that it was killed at is empty, and containerd would not stop that pod.
      for (const { name, path } of resultFiles(node))
        if (statSync(path).size === 0) {
          process.stdout.write(`containerd left an empty result: ${name}\n`);
          rmSync(path);
        }
      // All but the one that lives: kubelet would remove what it has no pod for.
      const { items } = await containerd.runtime.listPodSandbox({});
      const kept = await pods.netnsOf("kept");
      for (const { id: podSandboxId } of items) {
        const { info } = await containerd.runtime.podSandboxStatus({ podSandboxId, verbose: true });
        if (info.info?.includes(kept)) continue;
        await containerd.runtime.stopPodSandbox({ podSandboxId });
        await containerd.runtime.removePodSandbox({ podSandboxId });
      }
      const mended = await doctor(node);
      process.stdout.write(`doctor found ${mended.length} things amiss\n`);
      await doctor(node, "-fix");
      await livesOn();
      const after = await traces(node);
      expect(after.leases).not.toContain(ip);
      expect({ amiss: await doctor(node), after }).toEqual({ amiss: [], after: before });
    });

    test("when all are removed, nothing is left", async () => {
      await podman("rm", "--all", "--force", "--time", "1");
      await pods.removeAll();
      expect(await traces(node)).toEqual(noTraces);
      expect(await doctor(node)).toEqual([]);
    });
  },
);
