import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeNode } from "./contract.ts";
import { folders } from "./fairlead.ts";
import { writePauseImage } from "./pause/image.ts";

/** podman on the node, with CNI for its networks, and the image of one static program. */
export type Podman = (...args: readonly string[]) => Promise<string>;

/** Its networks are those of the CNI, not of netavark; nothing is asked of systemd. */
const configuration = `
[network]
network_backend = "cni"
cni_plugin_dirs = ["${folders.bin}"]
network_config_dir = "${folders.configuration}"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
apparmor_profile = "unconfined"
`;

export async function installPodman(node: RuntimeNode): Promise<Podman> {
  const etc = node.path("/etc/containers");
  mkdirSync(etc, { recursive: true });
  writeFileSync(join(etc, "containers.conf"), configuration);
  const storage = ["--root", join(node.folder, "podman"), "--storage-driver", "vfs"];
  const podman: Podman = async (...args) =>
    (await node.run("podman", ...storage, "--runroot", "/run/podman", ...args)).trim();
  await podman("load", "--input", writePauseImage(node.folder));
  return podman;
}
