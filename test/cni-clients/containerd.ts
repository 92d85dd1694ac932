import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon, RuntimeNode } from "./contract.ts";
import { connectRuntime, type RuntimeService } from "./cri/client.ts";
import { folders } from "./fairlead.ts";
import { becomes } from "./node.ts";
import { pauseImage, writePauseImage } from "./pause/image.ts";

const socket = "/run/containerd/containerd.sock";

/** A containerd of the node's own, with the image that sandboxes are made of. */
export interface Containerd {
  readonly runtime: RuntimeService;
  /** Ends it; what it runs goes on. */
  end(signal: "TERM" | "KILL"): Promise<void>;
  start(): Promise<void>;
  ctr(...args: readonly string[]): Promise<string>;
}

/** Nothing of this machine but the programs: no AppArmor, no overlay below an overlay. */
const configuration = (folder: string): string => `version = 2
root = "${join(folder, "containerd")}"
state = "/run/containerd"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, "containerd-opt")}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${folders.bin}"
    conf_dir = "${folders.configuration}"
`;

export async function startContainerd(node: RuntimeNode): Promise<Containerd> {
  const file = join(node.folder, "containerd.toml");
  writeFileSync(file, configuration(node.folder));
  const image = writePauseImage(node.folder);
  let daemon: Daemon;
  const ctr = (...args: readonly string[]): Promise<string> => node.run("ctr", ...args);
  const start = async (): Promise<void> => {
    daemon = await node.start("containerd", "--config", file);
    await becomes(`containerd serves\n${daemon.output()}`, async () => {
      if (!daemon.isRunning()) throw new Error(`containerd has ended:\n${daemon.output()}`);
      return existsSync(node.path(socket)) && ctr("version").then(Boolean, () => false);
    });
  };
  await start();
  for (const namespace of ["k8s.io", "default"])
    await ctr("-n", namespace, "images", "import", "--snapshotter", "native", image);
  return {
    runtime: connectRuntime(node.path(socket)),
    start,
    end: (signal) => daemon.end(signal),
    ctr,
  };
}
