import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "#observe/contract.ts";
import { createClient } from "../client/client.ts";
import { connectionOf } from "../client/kubeconfig.ts";
import { PodNetwork } from "./cni/network.ts";
import { watchConfigurations } from "./cni/watch-configurations.ts";
import { ImageFolders } from "./containers/image-folders.ts";
import { Runtime } from "./containers/runtime.ts";
import type { KubeletOptions } from "./contract.ts";
import { EventRecorder } from "./events/recorder.ts";
import { thisMachine } from "./node/machine.ts";
import { NodeKeeper } from "./node/node-keeper.ts";
import { PodManager } from "./pods/manager.ts";
import type { PodServices } from "./pods/services.ts";
import { parseResolvConf } from "./sandbox/resolv-conf.ts";
import { Sandboxes } from "./sandbox/sandboxes.ts";
import { serveKubelet } from "./server/server.ts";

/** Folders of the node, which are its own: it runs in a mount namespace with private ones. */
const cniPaths = {
  configurations: "/etc/cni/net.d",
  programs: "/opt/cni/bin",
  results: "/var/lib/cni/results",
};
/** Containers have their own. */
const coveredInContainers = /^\/(?:run|tmp)\//;
const logFolder = "/var/log/pods";

/** Runs the node until the process ends. @throws FairleadError when the machine or the options do not allow it */
export async function runKubelet(options: KubeletOptions, logger: Logger): Promise<void> {
  const { nodeName, addresses: nodeAddresses, folder, clusterDns, clusterDomain } = options;
  mkdirSync(folder, { recursive: true });
  mkdirSync("/run/netns", { recursive: true });
  const connection = connectionOf(options.kubeconfig);
  const client = createClient(connection, logger);
  const network = new PodNetwork(cniPaths);
  const sandboxes = new Sandboxes({ network, nodeAddresses, logger, sleep: (ms) => sleep(ms) });
  sandboxes.removeLeftovers();
  const services: PodServices = {
    client,
    logger,
    events: new EventRecorder(client, nodeName),
    network,
    sandboxes,
    runtime: new Runtime(folder),
    prepare: {
      client,
      nodeName,
      clusterDomain,
      images: new ImageFolders(join(folder, "images")),
      machineFolders: machineFolders(),
    },
    dns: { clusterDns, clusterDomain, node: nodeResolver(options.resolvConf) },
    nodeAddresses,
    folder,
    logFolder,
    hasTokens: connection.ca !== undefined,
    backOffMs: options.backOffMs,
  };
  let pods: PodManager | undefined;
  const keeper = new NodeKeeper({
    client,
    kubelet: options,
    machine: thisMachine(),
    logger,
    whyNotReady: () => network.whyNotReady(),
    reconnected: () => pods?.refresh(),
  });
  await keeper.begin();
  const manager = new PodManager(services, nodeName);
  pods = manager;
  await serveKubelet(options, manager, logFolder);
  let why = network.whyNotReady();
  watchConfigurations(cniPaths.configurations, () => {
    const before = why;
    why = network.whyNotReady();
    if (why === before) return;
    void keeper.post().catch(() => {});
    if (why === undefined) manager.networkReady();
  });
  logger.info({ node: nodeName, root: services.runtime.rootKind }, "the node is registered");
}

function nodeResolver(file: string) {
  return parseResolvConf(readFileSync(file, "utf8"));
}

/**
 * Where this program and its Node are, as far as containers do not see them on the root file system; and where compiled
 * code is kept, which is to outlive the container that has compiled it.
 */
function machineFolders(): readonly string[] {
  const root = statSync("/").dev;
  const folders = [join(import.meta.dirname, "../.."), dirname(process.execPath)];
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  if (compiled !== undefined) mkdirSync(compiled, { recursive: true });
  return [
    ...folders.filter(
      (folder) => statSync(folder).dev !== root || coveredInContainers.test(folder),
    ),
    ...(compiled === undefined ? [] : [compiled]),
  ];
}
