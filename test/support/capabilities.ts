import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { findCommand, isExecutable } from "#linux/command.ts";
import { findHelm, findKubectl } from "./layer.ts";

/**
 * What a machine can do and a suite may need. Each probe answers undefined when it can, or why it cannot, in words
 * that the summary prints beside the skipped tests.
 */
const probes = {
  linux: () => (process.platform === "linux" ? undefined : "needs Linux"),
  root: () => (process.getuid?.() === 0 ? undefined : "needs root"),
  namespaces: () => {
    if (process.getuid?.() !== 0) return "needs root for network namespaces";
    try {
      execFileSync("unshare", ["--net", "true"], { stdio: "ignore" });
      return undefined;
    } catch {
      return "the kernel or the container forbids network namespaces";
    }
  },
  podNetworks: () => {
    const joined = "ip link add name probe0 type veth peer name probe1";
    const own = "mount -t tmpfs none /run";
    try {
      const command = ["--net", "--mount", "sh", "-ec", `${joined} && ${own}`];
      execFileSync("unshare", command, { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs root, iproute2, and a kernel with veth and mount namespaces";
    }
  },
  topology: () => {
    const bridge =
      "ip link add pods0 type bridge && ip link add name probe0 type veth peer name probe1";
    const filtered = "[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]";
    try {
      const command = [
        "--net",
        "sh",
        "-ec",
        `${bridge} && ${filtered} && setpriv --pdeathsig KILL true`,
      ];
      execFileSync("unshare", command, { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs root, iproute2, util-linux, and a kernel with veth, bridge and br_netfilter";
    }
  },
  nftables: () => {
    try {
      execFileSync("unshare", ["--net", "nft", "add", "table", "ip", "probe"], { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs root, the command nft, and a kernel with nftables";
    }
  },
  nftSocket: () => {
    const table =
      "nft add table ip probe && nft add chain ip probe c '{ type filter hook prerouting priority -300; }'";
    const rule = "nft add rule ip probe c udp dport 53 socket wildcard 0 accept";
    try {
      execFileSync("unshare", ["--net", "sh", "-c", `${table} && ${rule}`], { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs root, the command nft, and a kernel with nft_socket";
    }
  },
  vlanFiltering: () => {
    const made = "ip link add name probe0 type bridge vlan_filtering 1";
    try {
      execFileSync("unshare", ["--net", "sh", "-ec", made], { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs root, iproute2, and a kernel with VLAN filtering of bridges";
    }
  },
  sctp: () =>
    readFileSync("/proc/net/protocols", "utf8").includes("SCTP")
      ? undefined
      : "needs a kernel with SCTP (modprobe sctp)",
  batchedSockets: () =>
    process.platform === "linux" && ["x64", "arm64"].includes(process.arch)
      ? undefined
      : "needs Linux on x64 or arm64",
  ipv6: () => {
    const loopback = networkInterfaces().lo ?? [];
    return loopback.some(({ address }) => address === "::1") ? undefined : "needs IPv6 on loopback";
  },
  realtime: () => {
    try {
      execFileSync("chrt", ["--fifo", "1", "true"], { stdio: "ignore" });
      return undefined;
    } catch {
      return "needs the right to real-time scheduling, CAP_SYS_NICE";
    }
  },
  /** What newer releases list differs in words from what the fake of linux/nft writes. */
  nftListing: () => {
    try {
      const version = execFileSync("nft", ["--version"], { encoding: "utf8" }).trim();
      return version.includes("v1.0.6")
        ? undefined
        : `needs nft 1.0.6 of Debian 12, not ${version}`;
    } catch {
      return "needs the command nft";
    }
  },
  dnsperf: () => needsCommand("dnsperf"),
  kdig: () => needsCommand("kdig"),
  busybox: () => needsCommand("busybox"),
  dig: () => needsCommand("dig") ?? needsCommand("nslookup"),
  conntrack: () => needsCommand("conntrack"),
  cc: () => needsCommand("cc"),
  iptables: () => needsCommand("iptables"),
  ethtool: () => needsCommand("ethtool"),
  /** What a container runtime finds on a node of its own (test/cni-clients). */
  containers: () => {
    const layers = "mount -t tmpfs none /run && mkdir /run/u /run/w";
    const over = "mount -t overlay -o lowerdir=/etc,upperdir=/run/u,workdir=/run/w none /etc";
    // Version 1 has a hierarchy for each controller.
    const group = "group=/sys/fs/cgroup; [ ! -d $group/pids ] || group=$group/pids";
    const own = `$group/fairlead-probe-${process.pid}`;
    const script = `${layers} && ${over} && { ${group}; } && mkdir ${own} && rmdir ${own}`;
    try {
      const spaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc"];
      execFileSync("unshare", [...spaces, "sh", "-ec", script], { stdio: "pipe" });
      return undefined;
    } catch (error) {
      const said = error instanceof Error ? error.message.trim().split("\n").at(-1) : "";
      return `needs root, namespaces of mounts and processes, overlayfs and control groups: ${said}`;
    }
  },
  containerd: () => needsCommand("containerd") ?? needsCommand("ctr") ?? needsCommand("runc"),
  podman: () => needsCommand("podman") ?? needsCommand("conmon") ?? needsCommand("runc"),
  kubectl: () =>
    findKubectl() === undefined
      ? "needs kubectl: make setup, or its path in FAIRLEAD_KUBECTL"
      : undefined,
  cniPlugins: () =>
    findCniPlugins() === undefined
      ? "needs the reference CNI plugins: containernetworking-plugins, or their folder in FAIRLEAD_CNI_PLUGINS"
      : undefined,
  helm: () =>
    findHelm() === undefined ? "needs helm: make setup, or its path in FAIRLEAD_HELM" : undefined,
  nginx: () =>
    findNginx() === undefined ? "needs nginx, or its path in FAIRLEAD_NGINX" : undefined,
  coredns: () =>
    findCoreDns() === undefined
      ? "needs a coredns binary on PATH or in bench/rivals/bin"
      : undefined,
} as const satisfies Record<string, () => string | undefined>;

export type Capability = keyof typeof probes;

const answers = new Map<Capability, string | undefined>();

/** Why the first of the needs that this machine lacks is lacking; undefined when it has them all. Probes run once. */
export function lacking(...needs: readonly Capability[]): string | undefined {
  for (const need of needs) {
    if (!answers.has(need)) answers.set(need, probes[need]());
    const reason = answers.get(need);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** A suite that runs where the machine has what it needs, and elsewhere is skipped with the reason in its name. */
export function describeWhere(needs: readonly Capability[], name: string, body: () => void): void {
  const reason = lacking(...needs);
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${reason})`, body);
}

/** Path of a real CoreDNS: $FAIRLEAD_COREDNS, bench/rivals/bin/coredns, or the first on PATH. */
export function findCoreDns(): string | undefined {
  const named = process.env.FAIRLEAD_COREDNS;
  const candidates = [
    ...(named === undefined ? [] : [named]),
    join(import.meta.dirname, "../../bench/rivals/bin/coredns"),
  ];
  return candidates.find(isExecutable) ?? findCommand("coredns");
}

/** Path of a real nginx, which the lab's stand-in is held against: $FAIRLEAD_NGINX, or the first on PATH. */
export function findNginx(): string | undefined {
  const named = process.env.FAIRLEAD_NGINX;
  return named !== undefined && isExecutable(named) ? named : findCommand("nginx");
}

/** Folder of the CNI project's own plugins: $FAIRLEAD_CNI_PLUGINS, Debian's, or the usual one. */
export function findCniPlugins(): string | undefined {
  const named = process.env.FAIRLEAD_CNI_PLUGINS;
  const candidates = [...(named === undefined ? [] : [named]), "/usr/lib/cni", "/opt/cni/bin"];
  return candidates.find((folder) => isExecutable(join(folder, "host-local")));
}

function needsCommand(command: string): string | undefined {
  return findCommand(command) === undefined ? `needs the command ${command}` : undefined;
}
