import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtShim } from "#test/cni/plugins.ts";
import { fairleadCommand } from "#test/support/dns-server.ts";
import type { Daemon, RuntimeNode, Traces } from "./contract.ts";
import { becomes } from "./node.ts";

/** Folders as a runtime has them unless it is told otherwise. */
export const folders = { bin: "/opt/cni/bin", configuration: "/etc/cni/net.d" } as const;

/** Where leases are: of networks of Fairlead's type, of those of the reference's, and where kind has them. */
const leaseFolders = ["/run/fairlead/ipam", "/var/lib/cni/networks", "/run/cni-ipam-state"];
const resultFolder = "/var/lib/cni/results";

/** An API server outside with a Node object for the node, whose pods are of 10.244.1.0/24. */
export async function startApiServer(node: RuntimeNode): Promise<void> {
  const manifests = join(node.folder, "manifests");
  mkdirSync(manifests);
  const object = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node" },
    spec: { podCIDRs: ["10.244.1.0/24"], podCIDR: "10.244.1.0/24" },
    status: { addresses: [{ type: "InternalIP", address: "192.168.60.1" }] },
  };
  writeFileSync(join(manifests, "node.json"), JSON.stringify(object));
  const server = node.outside.start(fairleadCommand, [
    ...["apiserver", "--listen", "192.168.60.100:6443", "--manifests", manifests],
    ...["--service-cluster-ip-range", "10.96.0.0/16"],
    ...["--write-kubeconfig", join(node.folder, "kubeconfig")],
  ]);
  await becomes("the API server serves", () => server.output().includes("serving https://"));
}

/** All that there are: a runtime's own configuration finds them by the reference's names. */
export const types = [
  ...["fairlead", "bridge", "ptp", "host-local", "loopback"],
  ...["portmap", "bandwidth", "firewall", "tuning"],
];

/** The runtime's folders, and the names that are usual. */
export const usual = ["-cni-bin-dir", folders.bin, "-cni-conf-dir", folders.configuration];

const installing = ["-cni-types", types.join(), ...usual];

/** The command line of the sources, with a plugin that is built for the test. */
const ofSources = [fairleadCommand, "agent", "-shim", builtShim()];

/** As an init container does it. */
export async function installOnly(node: RuntimeNode, podCidr: string): Promise<void> {
  const [command = "", ...args] = [...ofSources, "-install-only", ...installing];
  await node.run(command, ...args, "-pod-cidr", podCidr);
}

/** The agent, with its default paths; it has installed plugin and configuration when this is done. */
export async function startFairlead(
  node: RuntimeNode,
  [command = "", ...words]: readonly string[] = ofSources,
  flags: readonly string[] = installing,
): Promise<Daemon> {
  const kubeconfig = join(node.folder, "kubeconfig");
  const connection = ["-node-name", "node", "-kubeconfig", kubeconfig];
  const agent = await node.start(command, ...words, ...connection, ...flags);
  const conflist = node.path(join(folders.configuration, "10-fairlead.conflist"));
  await becomes(`the agent is ready\n${agent.output()}`, async () => {
    const status = await node
      .run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:10258/readyz")
      .catch(() => "");
    return status === "200" && existsSync(conflist);
  });
  return agent;
}

/** What `fairlead doctor` finds amiss, each in a line; `flags` beside those that make it quick. */
export async function doctor(
  node: RuntimeNode,
  ...flags: readonly string[]
): Promise<readonly string[]> {
  const quick = ["-settle", "200ms", "-grace", "0s", "-o", "json"];
  // Its status is 1 where something is amiss, which run() would take for a failure.
  const text = await node.run(
    "sh",
    "-c",
    '"$@" || [ $? = 1 ]',
    "doctor",
    fairleadCommand,
    "doctor",
    ...quick,
    ...flags,
  );
  const { findings } = JSON.parse(text);
  return (findings as readonly Record<string, unknown>[]).map((finding) => JSON.stringify(finding));
}

const namesIn = (node: RuntimeNode, folder: string): readonly string[] =>
  existsSync(node.path(folder)) ? readdirSync(node.path(folder)) : [];

/** Addresses that are leased, of IPv4. */
export function leases(node: RuntimeNode): readonly string[] {
  const networks = leaseFolders.flatMap((folder) =>
    namesIn(node, folder).map((network) => join(folder, network)),
  );
  return networks
    .flatMap((folder) => namesIn(node, folder))
    .filter((name) => /^\d+(\.\d+){3}$/.test(name));
}

/** What is there of containers. */
export async function traces(node: RuntimeNode): Promise<Traces> {
  const links = await node.run("ip", "-o", "link", "show", "type", "veth");
  const rules = await node.run("nft", "list", "chains");
  return {
    leases: leases(node),
    links: [...links.matchAll(/^\d+: (veth[^@]*)@/gm)].map(([, name = ""]) => name),
    rules: [...rules.matchAll(/chain "?(cni\/[^ "]*)/g)].map(([, name = ""]) => name),
    results: namesIn(node, resultFolder),
  };
}

export const noTraces: Traces = { leases: [], links: [], rules: [], results: [] };
