import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Authority } from "#lab/apiserver/security/contract.ts";
import { writeServiceAccount } from "#lab/apiserver/security/service-account-directory.ts";
import { fairleadCommand } from "#test/support/dns-server.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { joinPod, network } from "./network.ts";

/** As it is shipped. */
const corefile = join(import.meta.dirname, "../corefile/fixtures/kubeadm.corefile");

/**
 * What a container runtime does before it starts the process: $1 is the folder to mount from, the rest the command. The
 * mounts are the pod's alone, as its mount namespace is private.
 */
const runtime = `
folder=$1; shift
mount -t tmpfs none /run
mkdir -p /run/secrets/kubernetes.io/serviceaccount
mount --bind "$folder/serviceaccount" /run/secrets/kubernetes.io/serviceaccount
mount --bind "$folder/resolv.conf" /etc/resolv.conf
ip link set lo up
tries=0
until ip link show eth0 >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 200 ]; sleep 0.05
done
ip addr add ${network.pod}/32 dev eth0
ip link set eth0 up
ip route add default dev eth0
exec "$@"
`;

/** The server as a pod of kubeadm's Deployment: ports, files and environment as there. */
export interface Pod {
  readonly daemon: Daemon;
  log(): string;
  remove(): Promise<void>;
}

export async function startPod(authority: Authority): Promise<Pod> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-pod-"));
  await writeServiceAccount(join(folder, "serviceaccount"), authority);
  writeFileSync(join(folder, "resolv.conf"), `nameserver ${network.upstream}\n`);
  const command = [fairleadCommand, "dns", "-conf", corefile];
  const daemon = startDaemon(
    "unshare",
    ["--net", "--mount", "sh", "-euc", runtime, "runtime", folder, ...command],
    { KUBERNETES_SERVICE_HOST: network.api, KUBERNETES_SERVICE_PORT: "443" },
  );
  let text = "";
  daemon.process.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const remove = async (): Promise<void> => {
    await daemon.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    await joinPod(daemon.process.pid ?? 0);
  } catch (error) {
    await remove();
    throw error;
  }
  return { daemon, log: () => text, remove };
}
