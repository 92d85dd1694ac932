/** The agent and the plugin that the image carries: its bundle alone, as its containers have it under /opt/fairlead. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import type { RuntimeNode } from "./contract.ts";
import {
  folders,
  noTraces,
  startApiServer,
  startFairlead,
  traces,
  types,
  usual,
} from "./fairlead.ts";
import { ask, becomes, createRuntimeNode } from "./node.ts";
import { pauseImage } from "./pause/image.ts";

const root = join(import.meta.dirname, "../..");

describeWhere(
  ["topology", "nftables", "cc", "containers", "containerd"],
  "the image's agent",
  () => {
    let node: RuntimeNode;
    let containerd: Containerd;

    beforeAll(async () => {
      node = await createRuntimeNode();
      const bundle = join(node.folder, "bundle");
      execFileSync(process.execPath, [join(root, "scripts/bundle.ts"), bundle], { stdio: "pipe" });
      cpSync(bundle, node.path("/opt/fairlead"), { recursive: true });
      await startApiServer(node);
      containerd = await startContainerd(node);
    });
    afterAll(async () => {
      containerd?.runtime.close();
      await node?.close();
    });

    const fairlead = (...args: readonly string[]): readonly string[] => [
      ...["env", `FAIRLEAD_NODE=${process.execPath}`, "/opt/fairlead/fairlead", "agent", ...args],
    ];

    test("an init container installs the static plugin under each name into the host's folder", async () => {
      mkdirSync(node.path("/opt/host-bin"));
      const [command = "", ...args] = fairlead("-install-only", "-cni-bin-dir", "/opt/host-bin");
      await node.run(command, ...args, "-cni-types", types.join());
      expect(readdirSync(node.path("/opt/host-bin")).toSorted()).toEqual(types.toSorted());
      expect(statSync(node.path("/opt/host-bin/bridge")).mode & 0o777).toBe(0o755);
      // In a root of its own, where no library is.
      const alone = ["CNI_COMMAND=VERSION", "/usr/sbin/chroot", "/opt/host-bin", "/bridge"];
      const version = await node.run("env", ...alone);
      expect(JSON.parse(version).supportedVersions).toContain("1.1.0");
    });

    test("the agent, with mounts and processes of its own, installs what it brought; a pod comes and goes", async () => {
      // As a pod has it: /run/netns is mounted there with HostToContainer.
      const own = ["--mount", "--propagation", "slave", "--pid", "--fork", "--kill-child"];
      await startFairlead(node, ["unshare", ...own, "--mount-proc", ...fairlead()], usual);
      const { runtime } = containerd;
      await becomes("the network is ready", async () => {
        const { status } = await runtime.status({ verbose: false });
        return status.conditions.every((condition) => condition.status);
      });
      // All that containerd 1 needs, on a node that had no plugin at all.
      expect(readdirSync(node.path(folders.bin)).toSorted()).toEqual(["fairlead", "loopback"]);
      const { podSandboxId } = await runtime.runPodSandbox({
        config: {
          metadata: { name: "pod", uid: "uid", namespace: "default" },
          portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
          linux: { cgroupParent: node.cgroup },
        },
      });
      const [lease = ""] = (await traces(node)).leases;
      expect(lease).toMatch(/^10\.244\.1\./);
      // Nobody listens in the pod: its own kernel says so, which takes rules, bridge and address.
      const outside = await node.outside.agent();
      const asked = {
        transport: "tcp",
        address: "192.168.60.1",
        port: 8080,
        timeoutMs: 2000,
      } as const;
      expect(await outside.attempt(asked)).toMatchObject([{ reason: "refused" }]);
      await (await node.agent()).serve({ transport: "tcp", name: "node", port: 7001 });
      expect(await ask(outside, "192.168.60.1", 7001)).toBe("node saw 192.168.60.100");
      await runtime.stopPodSandbox({ podSandboxId });
      await runtime.removePodSandbox({ podSandboxId });
      expect(await traces(node)).toEqual(noTraces);
      expect(await containerd.ctr("-n", "k8s.io", "images", "ls", "-q")).toContain(pauseImage);
    });
  },
);
