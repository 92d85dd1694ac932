/** `ctr run --cni`: the task's namespace by its process, and a DEL that names none. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";
import { noTraces, startApiServer, startFairlead, traces } from "./fairlead.ts";
import { ask, becomes, createRuntimeNode } from "./node.ts";
import { pauseImage } from "./pause/image.ts";

describeWhere(["topology", "nftables", "cc", "containers", "containerd"], "ctr run --cni", () => {
  let node: RuntimeNode;
  let containerd: Containerd;
  const running = new Map<string, Daemon>();

  /** Path of the network namespace of a container that runs. */
  const runContainer = async (id: string): Promise<string> => {
    const flags = ["--snapshotter", "native", "--cni", "--rm", "--cgroup", `${node.cgroup}/${id}`];
    const daemon = await node.start("ctr", "run", ...flags, pauseImage, id);
    running.set(id, daemon);
    let netns = "";
    await becomes(`${id} runs`, async () => {
      if (!daemon.isRunning()) throw new Error(`ctr has ended:\n${daemon.output()}`);
      const [, pid] =
        new RegExp(`^${id} +(\\d+) +RUNNING`, "m").exec(await containerd.ctr("task", "ls")) ?? [];
      netns = `/proc/${pid}/ns/net`;
      return pid !== undefined;
    });
    return netns;
  };
  const endContainer = async (id: string): Promise<void> => {
    await containerd.ctr("task", "kill", "--signal", "SIGTERM", id);
    await becomes(`ctr ends with ${id}`, () => running.get(id)?.isRunning() === false);
  };

  beforeAll(async () => {
    node = await createRuntimeNode();
    await startApiServer(node);
    await startFairlead(node);
    containerd = await startContainerd(node);
  });
  afterAll(async () => {
    for (const [id, daemon] of running)
      if (daemon.isRunning()) await endContainer(id).catch(() => undefined);
    containerd?.runtime.close();
    await node?.close();
  });

  test("containers have addresses of the node's range and reach bridge and one another", async () => {
    const [one, two] = [await runContainer("one"), await runContainer("two")];
    const { leases } = await traces(node);
    expect(leases).toHaveLength(2);
    for (const lease of leases) expect(lease).toMatch(/^10\.244\.1\.\d+$/);
    const shown = await node.run(
      "nsenter",
      `--net=${two}`,
      "ip",
      "-4",
      "-o",
      "addr",
      "show",
      "eth0",
    );
    const ip = /inet ([^/]*)/.exec(shown)?.[1] ?? "";
    await (await node.agent(two)).serve({ transport: "tcp", name: "two", port: 80 });
    await (await node.agent()).serve({ transport: "tcp", name: "node", port: 7001 });
    const client = await node.agent(one);
    expect(await ask(client, ip, 80)).toMatch(/^two saw 10\.244\.1\./);
    expect(await ask(client, "10.244.1.1", 7001)).toMatch(/^node saw 10\.244\.1\./);
  });

  test("one that ends leaves nothing, though DEL names no namespace", async () => {
    for (const id of ["one", "two"]) {
      await endContainer(id);
      expect(running.get(id)?.output()).not.toMatch(/fail|error/i);
    }
    expect(await traces(node)).toEqual(noTraces);
  });
});
