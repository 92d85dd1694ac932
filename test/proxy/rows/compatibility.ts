/** Rows 101 to 103: kube-proxy's configuration file, its status pages, its way to write a configuration. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { kubeadmConfig } from "#proxy/testing/kubeadm.ts";
import type { Place } from "#test/topology/contract.ts";
import type { Row, Scene } from "../contract.ts";
import { text } from "../http.ts";
import { STATUS_URL } from "../metrics.ts";
import { service, slice } from "../objects.ts";
import { act, eventually, insist, served, tcp } from "../steps.ts";

const fairlead = new URL("../../../bin/fairlead", import.meta.url).pathname;

const kubeadmFile = (kubeconfig: string): string =>
  kubeadmConfig({ kubeconfig, metricsBindAddress: "0.0.0.0:10249", mode: "iptables" });

function written(scene: Scene, name: string, content: string): string {
  const file = join(dirname(scene.kubeconfig), name);
  writeFileSync(file, content);
  return file;
}

/** The command's complaint. @throws Error when it has none */
async function complaintOf(place: Place, args: readonly string[]): Promise<string> {
  const ran = await place.run(fairlead, args).catch((error: unknown) => error);
  if (ran instanceof Error) return ran.message;
  throw new Error(`${args.join(" ")} has succeeded`);
}

const insistHas = (found: string, ...wanted: readonly string[]): void => {
  const lacking = wanted.filter((part) => !found.includes(part));
  insist(lacking.length === 0 ? undefined : `no ${lacking.join(", no ")} in ${found}`);
};

export const compatibilityRows: readonly Row[] = [
  {
    number: 101,
    name: "a node runs kubeadm's configuration file as it is, and says what of it has no effect",
    objects: [
      service("row-101", {
        type: "NodePort",
        clusterIP: "10.96.101.1",
        ports: [{ port: 80, nodePort: 30_101 }],
      }),
      slice("row-101", ["A", "R"]),
    ],
    steps: [
      act("kube-proxy's command line on the other node", async (scene) => {
        const { topology, kubeconfig, defer } = scene;
        const place = topology.place("n2");
        const file = written(scene, "kubeadm.yaml", kubeadmFile(kubeconfig));
        const process = place.start(fairlead, [
          "proxy",
          `--config=${file}`,
          "--hostname-override=n2",
        ]);
        defer(async () => {
          await process.stop();
          await place.run(fairlead, ["proxy", "--cleanup"]);
        });
        await eventually(tcp("X", "192.168.50.3:30101", served(["A", "R"]))).run(scene);
        const notes = process.output();
        const line = kubeadmFile("").split("\n").indexOf("mode: iptables") + 1;
        insistHas(
          notes,
          `${file}:${line}: mode: iptables is taken for Fairlead's own nftables datapath`,
        );
        const told = notes.split("\n").filter((line) => line.includes("iptables is taken for"));
        insist(told.length === 1 ? undefined : `said ${told.length} times`);
        // Nothing of what kubeadm leaves empty is worth a word.
        insist(notes.includes("no effect") ? notes : undefined);
        insist(
          (await text(scene, "X", "http://192.168.50.3:10249/healthz")) === "ok" ? undefined : "",
        );
        await text(scene, "X", "http://192.168.50.3:10256/healthz");
        const configz = JSON.parse(await text(scene, "X", "http://192.168.50.3:10249/configz"));
        const config = configz["kubeproxy.config.k8s.io"];
        const seen = [config.mode, config.clusterCIDR, config.conntrack.maxPerCore];
        insist(seen.join() === "iptables,10.244.0.0/16,32768" ? undefined : `${seen}`);
      }),
    ],
  },
  {
    number: 102,
    name: "/proxyMode, /configz and /metrics answer as kube-proxy's do in nftables mode",
    objects: [],
    steps: [
      act("n1 asks itself", async (scene) => {
        const mode = await text(scene, "n1", `${STATUS_URL}/proxyMode`);
        insist(mode === "nftables" ? undefined : mode);
        const configz = JSON.parse(await text(scene, "n1", `${STATUS_URL}/configz`));
        const { mode: configured, hostnameOverride } = configz["kubeproxy.config.k8s.io"];
        const isRight = configured === "nftables" && hostnameOverride === "n1";
        insist(isRight ? undefined : JSON.stringify(configz));
        insistHas(
          await text(scene, "n1", `${STATUS_URL}/metrics`),
          ...[
            "kubeproxy_sync_proxy_rules_duration_seconds_bucket{",
            "kubeproxy_network_programming_duration_seconds_bucket{",
            "kubeproxy_sync_proxy_rules_nftables_sync_failures_total{",
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds{",
            "rest_client_requests_total{",
            "fairlead_proxy_transactions_total{",
          ],
        );
      }),
    ],
  },
  {
    number: 103,
    name: "--write-config-to writes what --config takes, and a wrong key is named with file and line",
    objects: [],
    steps: [
      act("written, read and spoilt", async (scene) => {
        const { topology, kubeconfig } = scene;
        const place = topology.place("n2");
        const file = written(scene, "whole.yaml", kubeadmFile(kubeconfig));
        const [first, second] = ["first.yaml", "second.yaml"].map((name) =>
          join(dirname(kubeconfig), name),
        ) as [string, string]; // as many as names
        await place.run(fairlead, ["proxy", "--config", file, "--write-config-to", first]);
        await place.run(fairlead, ["proxy", "--config", first, "--write-config-to", second]);
        const whole = readFileSync(first, "utf8");
        insist(whole === readFileSync(second, "utf8") ? undefined : "not the same again");
        insistHas(whole, "kind: KubeProxyConfiguration", "maxPerCore: 32768", "mode: iptables");
        const spoilt = written(
          scene,
          "spoilt.yaml",
          kubeadmFile(kubeconfig).replace("clusterCIDR:", "clusterCIDRs:"),
        );
        insistHas(
          await complaintOf(place, ["proxy", "--config", spoilt]),
          `${spoilt}:10`,
          "clusterCIDRs",
          "FL-P001",
        );
      }),
    ],
  },
];
