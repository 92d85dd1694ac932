import { SysctlError, writeSysctl } from "#linux/sysctl.ts";

/** What each kind of namespace is told. All of it is of the namespace and goes with it. */
const everywhere: Readonly<Record<string, string>> = {
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.default.rp_filter": "0",
  "net.ipv6.conf.all.accept_dad": "0",
  "net.ipv6.conf.default.accept_dad": "0",
  "net.ipv6.conf.default.accept_ra": "0",
};

export const underlaySysctls: Readonly<Record<string, string>> = {
  ...everywhere,
  "net.ipv4.ip_forward": "1",
  // Members are on one link with the gateway: they would be told to go to the node directly, past the balancing.
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.send_redirects": "0",
  // Connections, not hosts, are divided among the nodes.
  "net.ipv4.fib_multipath_hash_policy": "1",
  // A switch looks at no packet.
  "net.bridge.bridge-nf-call-iptables": "0",
  "net.bridge.bridge-nf-call-ip6tables": "0",
};

export const nodeSysctls: Readonly<Record<string, string>> = {
  ...everywhere,
  "net.ipv4.ip_forward": "1",
  "net.ipv6.conf.all.forwarding": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
};

export const hostSysctls = everywhere;

/** Writes them in the namespace, or in the thread's own; passes over what this kernel does not have. */
export function writeSysctls(
  sysctls: Readonly<Record<string, string>>,
  namespacePath?: string,
): void {
  for (const [key, value] of Object.entries(sysctls))
    try {
      writeSysctl(key, value, namespacePath);
    } catch (error) {
      if (!(error instanceof SysctlError && error.errnoName === "ENOENT")) throw error;
    }
}
