/** A node of the lab for tests: the real program in namespaces of its own, beside an API server in this process. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeletOptions } from "#lab/kubelet/contract.ts";
import { until } from "#test/support/dns-server.ts";

/** Addresses of the API server's side and the node's. */
export const addresses = { api: "172.31.0.1", node: "172.31.0.2" } as const;
export const token = "test-token";

export interface TestNode {
  /** The process that holds the node's namespaces; its child is the kubelet. */
  readonly pid: number;
  /** Prints of the kubelet. */
  log(): string;
  /** What a command prints in the node's namespaces. @throws Error when it fails */
  run(...argv: readonly string[]): string;
  /** Ends the node as a power cut does. */
  cut(): Promise<void>;
}

const mounts = `
mount --make-rshared /
for folder in run etc/cni opt/cni var/lib/cni var/log; do
  mkdir -p "$1/$folder" "/$folder"
done
mkdir -p "$1/keep"
mount --bind "$1" "$1"
mount --bind "$1/var/log" /var/log
mount --bind "$1/var/lib/cni" /var/lib/cni
mount --bind "$1/etc/cni" /etc/cni
mount --bind "$1/opt/cni" /opt/cni
mount --bind "$1/run" /run
ip link set lo up
tries=0
until ip link show eth0 >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 1500 ]; sleep 0.02
done
ip addr add ${addresses.node}/24 dev eth0
ip link set eth0 up
shift
exec "$@"
`;

/** The API server's end of the cable, in this thread's network namespace. */
export function makeSwitch(): void {
  shell(`
    ip link set lo up
    ip link add nodes type bridge
    ip addr add ${addresses.api}/24 dev nodes
    ip link set nodes up
  `);
}

/** Starts a node beside this thread, in whose network namespace the API server is, and joins the two. */
export async function startNode(
  folder: string,
  options: Partial<KubeletOptions>,
): Promise<TestNode> {
  const node = start(folder, options);
  const own = readlinkSync("/proc/thread-self/ns/net");
  await until(() => readlinkSync(`/proc/${node.pid}/ns/net`) !== own);
  shell(`
    ip link del node0 2>/dev/null || :
    ip link add name node0 type veth peer name eth0 netns ${node.pid}
    ip link set node0 up master nodes
  `);
  return node;
}

function start(folder: string, options: Partial<KubeletOptions>): TestNode {
  mkdirSync(folder, { recursive: true });
  const resolvConf = join(folder, "resolv.conf");
  writeFileSync(resolvConf, "search example.org\nnameserver 192.0.2.53\noptions edns0\n");
  const file = join(folder, "options.json");
  const complete = {
    nodeName: "node1",
    addresses: [addresses.node],
    folder: join(folder, "kubelet"),
    clusterDns: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    resolvConf,
    port: 10250,
    token,
    ...options,
  };
  writeFileSync(file, JSON.stringify(complete));
  const main = new URL("../../lab/kubelet/main.ts", import.meta.url).pathname;
  const child = spawn(
    "unshare",
    [
      ...["--pid", "--mount", "--net", "--fork", "--kill-child=SIGKILL", "--mount-proc"],
      ...["sh", "-euc", mounts, "node", folder, process.execPath, main, file],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text = (text + chunk).slice(-16_384);
    });
  const { pid = 0 } = child;
  const inner = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return {
    pid,
    log: () => text,
    run: (...argv) =>
      execFileSync("nsenter", ["--target", inner(), "--all", "--", ...argv], { encoding: "utf8" }),
    async cut() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** @throws Error with what was printed when a command fails */
function shell(script: string): void {
  execFileSync("sh", ["-ec", script], { stdio: "pipe" });
}
