/** The commands of docs/guides/replace-coredns.md, in order, with a client that asks from before the first to after the last. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { KubeObject } from "#lab/apiserver/contract.ts";
import { kubeconfig } from "#lab/apiserver/kubeconfig.ts";
import { describeWhere, findCoreDns } from "#test/support/capabilities.ts";
import { fairleadCommand, until } from "#test/support/dns-server.ts";
import { findHelm, findKubectl } from "#test/support/layer.ts";
import { type Cluster, startCluster } from "./cluster/cluster.ts";
import { describeReport, type Load, startLoad } from "./load/load.ts";

const root = join(import.meta.dirname, "../..");
const guide = readFileSync(join(root, "docs/guides/replace-coredns.md"), "utf8");

/** Scripts of the guide by section. */
const sections = guide
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    title: text.slice(0, text.indexOf("\n")),
    scripts: [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = ""]) => script),
  }));

const former =
  findCoreDns() === undefined
    ? "Fairlead in the place of a CoreDNS that this machine lacks"
    : "CoreDNS";

describeWhere(
  ["topology", "nftables", "conntrack", "batchedSockets", "cc", "helm", "kubectl"],
  `replacing ${former}, and back`,
  () => {
    let cluster: Cluster;
    let load: Load;
    let home: string;
    let said = "";

    /** Runs a script of the guide where a reader would. @throws Error with what it printed when it fails */
    async function run(script: string): Promise<string> {
      const programs = join(home, "bin");
      const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
        cwd: home,
        env: {
          HOME: home,
          KUBECONFIG: join(home, "config"),
          PATH: `${programs}:${process.env.PATH}`,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
      const [status] = await once(child, "close");
      if (status !== 0) throw new Error(`it ended with ${status}:\n${script}\n${text}`);
      return text;
    }

    const podNames = (): readonly string[] =>
      cluster.kubelet.running().map(({ name }) => name.replace(/-[0-9a-f]+-\d+$/, ""));

    /** What has to hold when the commands of a section have run. */
    const outcomes: Readonly<Record<string, () => void | Promise<void>>> = {
      Look: () => expect(said).toMatch(/coredns +2\/2/),
      "Put Fairlead beside it": () => {
        expect(podNames().toSorted()).toEqual([
          "coredns",
          "coredns",
          "fairlead-dns",
          "fairlead-dns",
        ]);
        expect(cluster.backends()).toHaveLength(4);
      },
      "Let CoreDNS go": async () => {
        await until(() => cluster.backends().length === 2 && cluster.kubelet.ending === 0);
        expect(podNames()).toEqual(["fairlead-dns", "fairlead-dns"]);
      },
      "Change the Corefile": () =>
        until(() =>
          cluster.kubelet
            .running()
            .every(({ pid }) =>
              readFileSync(`/proc/${pid}/root/etc/coredns/Corefile`, "utf8").includes("ttl 20"),
            ),
        ),
      "Go back": async () => {
        await until(() => cluster.backends().length === 2 && cluster.kubelet.ending === 0);
        expect(podNames()).toEqual(["coredns", "coredns"]);
        expect(said).not.toMatch(/fairlead-dns-|clusterrole/);
      },
    };

    beforeAll(async () => {
      cluster = await startCluster();
      const { objects } = cluster.api;
      const corefile = readFileSync(join(root, "test/corefile/fixtures/kubeadm.corefile"), "utf8");
      objects.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "coredns", namespace: "kube-system" },
        data: { Corefile: corefile },
      });
      const deployment: KubeObject = parse(
        readFileSync(join(import.meta.dirname, "cluster/coredns.yaml"), "utf8"),
      );
      objects.create(deployment);
      home = mkdtempSync(join(tmpdir(), "fairlead-guide-"));
      writeFileSync(join(home, "config"), kubeconfig(cluster.api.url, cluster.authority));
      symlinkSync(join(root, "charts"), join(home, "charts"));
      mkdirSync(join(home, "bin"));
      const programs = [findHelm(), findKubectl(), fairleadCommand];
      for (const path of programs)
        if (path !== undefined)
          symlinkSync(path, join(home, "bin", path.slice(dirname(path).length + 1)));
      await until(() => cluster.backends().length === 2);
      const { client, dnsAddress } = cluster;
      load = startLoad(client, { address: dnsAddress, perSecond: 500, timeoutMs: 2000 });
      await sleep(200);
    });
    afterAll(async () => {
      load?.abandon();
      await cluster?.close();
      if (home !== undefined) rmSync(home, { recursive: true });
    });

    it("has an outcome for every section", () => {
      expect(sections.map(({ title }) => title)).toEqual(Object.keys(outcomes));
    });

    it.each(sections)("$title", async ({ title, scripts }) => {
      said = "";
      for (const script of scripts) said += await run(script);
      await outcomes[title]?.();
    });

    it("no query was lost", async () => {
      const report = await load.finish();
      process.stdout.write(describeReport(`replacing ${former}, and back`, report));
      expect(report).toMatchObject({ lost: 0, wrong: 0 });
      expect(report.first + report.second).toBe(report.asked);
    });
  },
);
