/** podman with its CNI back end: networks of its own configuration, and Fairlead's, over Fairlead's plugins. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";
import { noTraces, startApiServer, startFairlead, traces } from "./fairlead.ts";
import { ask, createRuntimeNode } from "./node.ts";
import { pauseImage } from "./pause/image.ts";
import { installPodman, type Podman } from "./podman.ts";

describeWhere(
  ["topology", "nftables", "cc", "containers", "podman"],
  "podman with its CNI back end",
  () => {
    let node: RuntimeNode;
    let fairlead: Daemon;
    let podman: Podman;

    const runContainer = async (name: string, ...args: readonly string[]) => {
      const id = await podman(
        "run",
        "-d",
        "--cgroup-parent",
        node.cgroup,
        "--name",
        name,
        ...args,
        pauseImage,
      );
      const netns = await podman("inspect", "-f", "{{.NetworkSettings.SandboxKey}}", name);
      const networks = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
      return { id, netns, ip: await podman("inspect", "-f", networks, name) };
    };

    beforeAll(async () => {
      node = await createRuntimeNode();
      await startApiServer(node);
      fairlead = await startFairlead(node);
      podman = await installPodman(node);
    });
    afterAll(async () => {
      await podman?.("rm", "--all", "--force", "--time", "1").catch(() => undefined);
      await node?.close();
    });

    test("podman takes the plugins for its own", async () => {
      expect(await podman("info", "-f", "{{.Host.NetworkBackend}}")).toBe("cni");
      const networks = await podman("network", "ls", "-q");
      expect(networks.split("\n").toSorted()).toEqual(["fairlead", "podman"]);
    });

    // Its default network is a list of the types bridge, portmap, firewall and tuning.
    describe.each([
      ["fairlead", /^10\.244\.1\.\d+$/, "10.244.1.1"],
      ["podman", /^10\.88\.0\.\d+$/, "10.88.0.1"],
    ])("network %s", (network, range, gateway) => {
      test("containers have addresses of its range, and reach gateway, one another and outside", async () => {
        const one = await runContainer(`${network}-one`, "--network", network);
        const two = await runContainer(`${network}-two`, "--network", network);
        for (const { ip } of [one, two]) expect(ip).toMatch(range);
        expect((await traces(node)).leases).toEqual(expect.arrayContaining([one.ip, two.ip]));
        await (await node.agent()).serve({
          transport: "tcp",
          name: network,
          port: 7001,
          address: gateway,
        });
        await (await node.agent(two.netns)).serve({ transport: "tcp", name: "two", port: 7002 });
        const outside = await node.outside.agent();
        const { port } = await outside.serve({
          transport: "tcp",
          name: "outside",
          port: network === "podman" ? 7003 : 7004,
        });
        const client = await node.agent(one.netns);
        expect(await ask(client, gateway, 7001)).toBe(`${network} saw ${one.ip}`);
        expect(await ask(client, two.ip, 7002)).toBe(`two saw ${one.ip}`);
        expect(await ask(client, "192.168.60.100", port)).toBe("outside saw 192.168.60.1");
      });

      test("a published port and an address that was asked for", async () => {
        const wanted = gateway.replace(/1$/, "77");
        const more = ["--network", network, "--ip", wanted, "-p", "8080:80"];
        const { ip, netns } = await runContainer(`${network}-ported`, ...more);
        expect(ip).toBe(wanted);
        await (await node.agent(netns)).serve({ transport: "tcp", name: "ported", port: 80 });
        const outside = await node.outside.agent();
        expect(await ask(outside, "192.168.60.1", 8080)).toBe("ported saw 192.168.60.100");
        expect(await ask(await node.agent(), "127.0.0.1", 8080)).toMatch(/^ported saw /);
      });

      test("removed containers leave no lease, link, rule or result", async () => {
        for (const name of ["one", "two", "ported"])
          await podman("rm", "--force", "--time", "1", `${network}-${name}`);
        expect(await traces(node)).toEqual(noTraces);
        expect(await ask(await node.outside.agent(), "192.168.60.1", 8080)).toBe("no answer");
      });
    });

    test("a network that podman makes, and a container in two: made, left and joined again while it runs", async () => {
      // podman writes the list itself: bridge with host-local, portmap, firewall, tuning.
      await podman("network", "create", "--subnet", "10.91.0.0/24", "made");
      const { netns } = await runContainer("both", "--network", "made", "--network", "fairlead");
      const of = async (network: string): Promise<string> =>
        podman(
          "inspect",
          "-f",
          `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
          "both",
        );
      const [made, ours] = [await of("made"), await of("fairlead")];
      expect([made, ours]).toEqual([
        expect.stringMatching(/^10\.91\.0\./),
        expect.stringMatching(/^10\.244\.1\./),
      ]);
      await (await node.agent(netns)).serve({ transport: "tcp", name: "both", port: 80 });
      const client = await node.agent();
      for (const ip of [made, ours]) expect(await ask(client, ip, 80)).toMatch(/^both saw /);
      await podman("network", "disconnect", "fairlead", "both");
      expect((await traces(node)).leases).toEqual([made]);
      expect(await ask(client, made, 80)).toMatch(/^both saw /);
      await podman("network", "connect", "fairlead", "both");
      expect(await ask(client, await of("fairlead"), 80)).toMatch(/^both saw /);
      await podman("rm", "--force", "--time", "1", "both");
      await podman("network", "rm", "made");
      expect(await traces(node)).toEqual(noTraces);
    });

    test("rules that somebody flushed come again with `podman network reload`", async () => {
      const more = ["--network", "podman", "-p", "8088:80"];
      const { netns } = await runContainer("reloaded", ...more);
      await (await node.agent(netns)).serve({ transport: "tcp", name: "reloaded", port: 80 });
      const outside = await node.outside.agent();
      expect(await ask(outside, "192.168.60.1", 8088)).toMatch(/^reloaded saw /);
      await node.run("nft", "flush", "ruleset");
      expect(await ask(outside, "192.168.60.1", 8088)).not.toMatch(/^reloaded/);
      // podman listens on the port itself by now, and asks for it once more.
      await podman("network", "reload", "--all");
      expect(await ask(outside, "192.168.60.1", 8088)).toMatch(/^reloaded saw /);
      await podman("rm", "--force", "--time", "1", "reloaded");
      expect(await traces(node)).toEqual(noTraces);
    });

    test("a container that ends by itself, restarted, has an address again", async () => {
      await runContainer("again", "--network", "fairlead");
      await podman("restart", "--time", "1", "again");
      const netns = await podman("inspect", "-f", "{{.NetworkSettings.SandboxKey}}", "again");
      const { leases } = await traces(node);
      expect(leases).toHaveLength(1);
      const shown = await node.run("nsenter", `--net=${netns}`, "ip", "-o", "addr", "show", "eth0");
      expect(shown).toContain(`${leases[0]}/24`);
      await podman("rm", "--force", "--time", "1", "again");
      expect(await traces(node)).toEqual(noTraces);
    });

    test("without an agent a container is refused in its words, and one that runs can be removed", async () => {
      await runContainer("left", "--network", "fairlead");
      await fairlead.end("KILL");
      await expect(runContainer("refused", "--network", "fairlead")).rejects.toThrow(
        /agent does not answer on this node/,
      );
      await podman("rm", "--force", "--time", "1", "left");
      fairlead = await startFairlead(node);
      expect(await traces(node)).toEqual(noTraces);
    });
  },
);
