import { execFileSync } from "node:child_process";
import { closeSync, openSync, readlinkSync } from "node:fs";
import { loadFunctions } from "#linux/ffi.ts";
import { until } from "#test/support/dns-server.ts";

/** unshare(2) and setns(2) of the calling thread. */
interface Namespaces {
  unshare(flags: number): number;
  setns(fd: number, kind: number): number;
}

const CLONE_NEWNET = 0x4000_0000;
const OWN = "/proc/thread-self/ns/net";

/** The addresses of kubeadm's defaults, and a resolver as the node has one. */
export const network = { api: "10.96.0.1", upstream: "192.0.2.53", pod: "10.244.0.2" } as const;

/**
 * Takes this thread, and with it every socket made from now on, into a network namespace of its own: the world around
 * the pod. The namespace and its links end with their last user.
 * @returns the way back
 * @throws Error when the kernel refuses
 */
export function enterOutside(): () => void {
  const { unshare, setns } = loadFunctions<Namespaces>({
    unshare: "int unshare(int)",
    setns: "int setns(int, int)",
  });
  const before = openSync(OWN, "r");
  if (unshare(CLONE_NEWNET) !== 0) throw new Error("unshare(CLONE_NEWNET) failed");
  shell("ip link set lo up");
  return () => {
    const failed = setns(before, CLONE_NEWNET) !== 0;
    closeSync(before);
    if (failed) throw new Error("setns back failed");
  };
}

/** Joins the namespace of a process to this one by a pair of interfaces, once the process has made its own. */
export async function joinPod(pid: number): Promise<void> {
  const outside = readlinkSync(OWN);
  await until(() => readlinkSync(`/proc/${pid}/ns/net`) !== outside);
  shell(`
    ip link add name pods0 type veth peer name eth0 netns ${pid}
    ip addr add ${network.api}/32 dev pods0
    ip addr add ${network.upstream}/32 dev pods0
    ip link set pods0 up
    ip route add ${network.pod} dev pods0 src ${network.upstream}
  `);
}

/** @throws Error with what was printed when a command fails */
function shell(script: string): void {
  execFileSync("sh", ["-ec", script], { stdio: "pipe" });
}
