/** The flags of the CNI's agent, which `agent` and `node` read alike. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AgentOptions, InstallOptions } from "#cni/agent/contract.ts";
import { usualNames } from "#cni/agent/install/install.ts";
import type { Backend } from "#cni/agent/routes/contract.ts";
import { networkOf } from "#cni/agent/routes/nodes.ts";
import { FairleadError } from "#observe/errors.ts";
import { isTrue } from "./flag-values.ts";
import { type GoFlag, type GoFlagValues, wholeNumber } from "./go-flags.ts";

/** What the agent is told besides where the API server is. */
export const agentFlags: readonly GoFlag[] = [
  { name: "backend", value: "KIND", help: "vxlan (default) or host-gw" },
  { name: "direct-routing", value: "", help: "with vxlan: no tunnel to nodes on the same link" },
  { name: "vni", value: "N", help: "of the vxlan (default 1)" },
  { name: "vxlan-port", value: "PORT", help: "of the vxlan, UDP (default 8472)" },
  {
    name: "cluster-cidr",
    value: "CIDR,...",
    help: "networks of all pods (default: the podCIDRs of all Nodes)",
  },
  { name: "masquerade", value: "BOOL", help: "what pods send out of the cluster (default true)" },
  { name: "cni-bin-dir", value: "DIR", help: "where the plugin is installed (default: nowhere)" },
  {
    name: "cni-conf-dir",
    value: "DIR",
    help: "where the conflist is installed (default: nowhere)",
  },
  {
    name: "cni-conf-name",
    value: "FILE",
    help: "the conflist's name (default 10-fairlead.conflist)",
  },
  {
    name: "cni-types",
    value: "TYPE,...",
    help: "names that the plugin is installed under (default fairlead, and loopback where none is)",
  },
  { name: "lease-dir", value: "DIR", help: "in the conflist (default /run/fairlead/ipam)" },
  {
    name: "shim",
    value: "FILE",
    help: "the plugin to install (default: the image's, or make shim's)",
  },
  { name: "socket", value: "PATH", help: "for the plugin (default /run/fairlead/cni.sock)" },
  {
    name: "pending-dir",
    value: "DIR",
    help: "DELs from when no agent ran (default /var/lib/fairlead/cni/pending)",
  },
  {
    name: "metrics-bind-address",
    value: "HOST:PORT",
    help: "of /metrics, /healthz, /readyz (default 127.0.0.1:10258), 0 for none",
  },
];

/** Beside this file in a bundle, where `make shim` puts it, and where scripts/plugin.ts puts what needs no compiler. */
const shims = ["shim/fairlead", "../dist/shim/fairlead", "../dist/plugin/fairlead"].map((path) =>
  join(import.meta.dirname, path),
);

/** @throws FairleadError FL-U001 for a value that cannot be used */
export function agentOptions(
  values: GoFlagValues,
  nodeName: string,
): Omit<AgentOptions, "logger" | "stopping"> {
  return {
    routes: {
      nodeName,
      backend: backendOf(values),
      directRouting: isTrue(values, "direct-routing", false),
      vni: wholeNumber(values, "vni", { otherwise: 1, least: 1, most: 2 ** 24 - 1 }),
      port: wholeNumber(values, "vxlan-port", { otherwise: 8472, least: 1, most: 65_535 }),
      clusterCidrs: networks(values, "cluster-cidr"),
    },
    masquerade: isTrue(values, "masquerade", true),
    socketPath: values.get("socket") ?? "/run/fairlead/cni.sock",
    pendingFolder: values.get("pending-dir") ?? "/var/lib/fairlead/cni/pending",
    install: installOptions(values),
    metrics: bindAddress(values),
  };
}

export function installOptions(values: GoFlagValues): InstallOptions {
  const program = values.get("shim") ?? shims.find(existsSync) ?? shims.at(-1) ?? "";
  const binDir = values.get("cni-bin-dir");
  if (binDir !== undefined && !existsSync(program))
    throw new FairleadError(
      "FL-U001",
      `-shim ${program}: there is no such file; make shim builds it`,
    );
  return {
    program,
    binDir,
    confDir: values.get("cni-conf-dir"),
    types: namesOf(values.get("cni-types"), binDir),
    confName: values.get("cni-conf-name") ?? "10-fairlead.conflist",
    leaseDir: values.get("lease-dir"),
  };
}

function namesOf(asked: string | undefined, binDir: string | undefined): readonly string[] {
  if (asked !== undefined) return list(asked);
  return binDir === undefined ? [] : usualNames(binDir);
}

function backendOf(values: GoFlagValues): Backend {
  const backend = values.get("backend") ?? "vxlan";
  if (backend === "vxlan" || backend === "host-gw") return backend;
  throw new FairleadError("FL-U001", `-backend ${backend} is none of vxlan, host-gw`);
}

function bindAddress(values: GoFlagValues) {
  const text = values.get("metrics-bind-address") ?? "127.0.0.1:10258";
  if (text === "0") return undefined;
  const [, host, port] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined) return { host, port: Number(port) };
  throw new FairleadError("FL-U001", `-metrics-bind-address ${text} is no HOST:PORT`);
}

export function networks(values: GoFlagValues, name: string): readonly string[] {
  return list(values.get(name) ?? "").map((text) => {
    const network = networkOf(text);
    if (network !== undefined && text.includes("/")) return network;
    throw new FairleadError("FL-U001", `-${name} ${text} is no network such as 10.244.0.0/16`);
  });
}

const list = (text: string): readonly string[] => text.split(",").filter((word) => word !== "");
