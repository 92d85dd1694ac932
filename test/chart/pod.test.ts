/** A pod as the chart has it: command line, user, mounts, probes, the ConfigMap that changes, and its end. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { questionBytes } from "#test/conformance/question.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { type Cluster, startCluster } from "./cluster/cluster.ts";
import type { Deployment } from "./cluster/contract.ts";
import { install } from "./cluster/install.ts";
import type { RunningPod } from "./cluster/running-pod.ts";
import { manifestsOf, onlyOne, render } from "./helm.ts";

const values = { replicas: 1, dns: { lameduckSeconds: 1 } };

describeWhere(
  ["topology", "nftables", "conntrack", "batchedSockets", "cc", "helm"],
  "a pod of the chart",
  () => {
    let cluster: Cluster;
    let pod: RunningPod;

    const page = async (port: number, path: string): Promise<string> => {
      const response = await fetch(`http://${pod.address}:${port}${path}`, {
        headers: { connection: "close" },
      }).catch(() => undefined);
      return response === undefined ? "no answer" : `${response.status} ${await response.text()}`;
    };
    const ask = async (name: string, exchange = exchangeUdp): Promise<number | undefined> => {
      const reply = await exchange({ host: pod.address, port: 53 }, questionBytes(`${name} A`));
      return reply === undefined ? undefined : (reply[7] ?? 0); // records in the answer
    };
    const status = (field: string): string | undefined =>
      new RegExp(`^${field}:\\s*(.*)$`, "m").exec(
        readFileSync(`/proc/${pod.pid}/status`, "utf8"),
      )?.[1];

    beforeAll(async () => {
      cluster = await startCluster();
      install(cluster.api.objects, values);
      await until(() => cluster.kubelet.running().length === 1);
      const [first] = cluster.kubelet.running();
      if (first === undefined) throw new Error("there is no pod");
      pod = first;
    });
    afterAll(() => cluster?.close());

    it("is ready soon after its start", async () => {
      const startedMs = performance.now();
      await until(async () => {
        await sleep(5);
        return (await page(8181, "/ready")) === "200 OK";
      });
      const tookMs = performance.now() - startedMs;
      process.stdout.write(`container start to ready: ${tookMs.toFixed(0)} ms\n`);
      await until(() => cluster.backends().includes(pod.address));
    });

    it("runs as the user and with the capability that the chart gives it", () => {
      const netBindService = "0000000000000400";
      expect(status("Uid")).toBe("65532\t65532\t65532\t65532");
      expect(status("NoNewPrivs")).toBe("1");
      for (const set of ["CapPrm", "CapEff", "CapBnd"]) expect(status(set)).toBe(netBindService);
    });

    it("has nothing to write to but the volume of its state", () => {
      const options = readFileSync(`/proc/${pod.pid}/mounts`, "utf8")
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, path = ""]) => /^\/($|etc|opt|var|usr\/local\/bin)/.test(path));
      const writable = options.filter(([, , , flags = ""]) => flags.split(",")[0] === "rw");
      expect(writable.map(([, path]) => path)).toEqual(["/var/lib/fairlead"]);
    });

    it("answers on the ports that the Deployment names", async () => {
      const [{ ports = [] } = {}] = onlyOne<Deployment & Named>(
        manifestsOf(render(values)),
        "Deployment",
      ).spec.template.spec.containers as readonly PortsOfContainer[];
      expect(ports).toEqual([
        { name: "dns", containerPort: 53, protocol: "UDP" },
        { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
        { name: "metrics", containerPort: 9153, protocol: "TCP" },
      ]);
      expect(await ask("kubernetes.default.svc.cluster.local.")).toBe(1);
      expect(await ask("kubernetes.default.svc.cluster.local.", exchangeTcp)).toBe(1);
      expect(await page(9153, "/metrics")).toContain("coredns_build_info{");
      expect(await page(8080, "/health")).toBe("200 OK");
    });

    it("takes over a changed ConfigMap, as kubelet mounts it, without a restart", async () => {
      expect(await ask("added.test.")).toBe(0);
      const { pid } = pod;
      const extraServerBlocks =
        'added.test:53 {\n  template IN A {\n    answer "{{ .Name }} 5 IN A 192.0.2.1"\n  }\n}';
      const reload = { dns: { ...values.dns, extraServerBlocks } };
      install(cluster.api.objects, { ...values, ...reload });
      // Kubelet has brought it into the volume; the signal is for those who cannot wait 30 s for `reload`.
      await until(() =>
        readFileSync(`/proc/${pid}/root/etc/coredns/Corefile`, "utf8").includes("added.test"),
      );
      process.kill(pid, "SIGUSR1");
      await until(async () => (await ask("added.test.")) === 1);
      expect(pod.pid).toBe(pid);
    });

    it("restarts with the last good Corefile when the new one is broken", async () => {
      const { pid } = pod;
      install(cluster.api.objects, { ...values, dns: { ...values.dns, extraPlugins: "nonsense" } });
      await until(() =>
        readFileSync(`/proc/${pid}/root/etc/coredns/Corefile`, "utf8").includes("nonsense"),
      );
      pod.kill();
      await until(() => pod.pid !== pid && /last good configuration/.test(pod.log()));
      await until(async () => (await page(8181, "/ready")) === "200 OK");
      expect(await ask("kubernetes.default.svc.cluster.local.")).toBe(1);
      expect(await page(9153, "/metrics")).toContain("fairlead_dns_serving_last_good 1");
    });

    it("ends with 0 after its lameduck, and is not ready from the beginning of that", async () => {
      process.kill(pod.pid, "SIGTERM");
      await until(async () => !(await page(8181, "/ready")).startsWith("200"));
      await until(() => pod.log().includes("[ended with 0]"));
    });
  },
);

interface Named {
  readonly metadata: { readonly name: string };
}

interface PortsOfContainer {
  readonly ports?: readonly object[];
}
