/** An API server in this process and a node beside it; pods as short objects. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiServer, KubeObject } from "#lab/apiserver/contract.ts";
import { writeKubeconfig } from "#lab/apiserver/kubeconfig.ts";
import { createAuthority } from "#lab/apiserver/security/authority.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { createClient } from "#lab/client/client.ts";
import type { KubeClient, Watch } from "#lab/client/contract.ts";
import { connectionOf } from "#lab/client/kubeconfig.ts";
import type { ContainerStatus, KubeletOptions, Pod, PodStatus } from "#lab/kubelet/contract.ts";
import { enterOutside } from "#test/kubeadm/network.ts";
import { type ExecOptions, type ExecResult, execute, read } from "./clients.ts";
import { addresses, makeSwitch, startNode, type TestNode, token } from "./node.ts";

export interface Scene {
  readonly server: ApiServer;
  /** What the node sees as its own disk. */
  readonly folder: string;
  readonly node: TestNode;
  /** Makes a pod on the node. */
  create(name: string, spec: object, metadata?: object): void;
  pod(name: string): Pod | undefined;
  /** Waits until the pod is so, and gives it. @throws Error with the pod's status and the node's log */
  until(name: string, isSo: (status: PodStatus, pod: Pod) => boolean): Promise<Pod>;
  /** Sees every version of the pod from now on; the first that is so, however short it lasts. */
  watch(name: string, isSo: (status: PodStatus) => boolean): Promise<PodWatch>;
  /** Until the API has forgotten it. */
  gone(name: string): Promise<void>;
  remove(name: string): void;
  /** What a request of the administrator's is answered with. */
  get(path: string): Promise<string>;
  /** A command in the pod's first or named container, as kubectl runs it. */
  exec(pod: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** @throws Error with the words and the node's log */
  becomes(what: string, isSo: () => boolean): Promise<void>;
  /** Reasons of the events about a pod. They come after the status that they go with. */
  events(name: string): readonly string[];
  /** Cuts the node's power and starts it again. */
  restart(): Promise<void>;
  /** Network configuration and plugin, as the agent installs them. */
  installNetwork(): void;
  close(): Promise<void>;
}

interface PodWatch {
  /** @throws Error with the pod's status and the node's log */
  seen(): Promise<Pod>;
}

/** A pod's container that does nothing, until it is told to end. */
export const sleeper = { name: "main", image: "busybox", command: ["sleep", "1000"] };

const plugin = new URL("../../cni/plugin/main.ts", import.meta.url).pathname;
/** Below what a test has in all, so that it is the scene that says what did not come. */
const longestWaitMs = 45_000;
const lookEveryMs = 25;

export async function buildScene(options: Partial<KubeletOptions> = {}): Promise<Scene> {
  const leave = enterOutside();
  makeSwitch();
  const folder = mkdtempSync(join(tmpdir(), "fairlead-kubelet-"));
  const nodeFolder = join(folder, "node");
  mkdirSync(nodeFolder);
  const authority = createAuthority();
  const cluster = {
    podCidrs: ["10.244.0.0/16"],
    nodePodCidrMask: 24,
    kubelet: { port: 10250, token },
  };
  const server = createApiServer({ authority, serviceClusterIpRanges: ["10.96.0.0/16"], cluster });
  const { port } = await server.listen({ host: addresses.api, port: 0 });
  const kubeconfig = join(nodeFolder, "kubeconfig");
  await writeKubeconfig(kubeconfig, `https://${addresses.api}:${port}`, authority);
  const start = (): Promise<TestNode> => startNode(nodeFolder, { kubeconfig, ...options });
  let node = await start();
  const watches: { readonly watch: Watch; readonly client: KubeClient }[] = [];
  const pod = (name: string): Pod | undefined =>
    server.objects.get({ apiVersion: "v1", kind: "Pod", namespace: "default", name })?.object as
      | Pod
      | undefined;
  const becomes = async (what: () => string, isSo: () => boolean): Promise<void> => {
    const endMs = performance.now() + longestWaitMs;
    while (!isSo()) {
      if (performance.now() > endMs) throw new Error(`${what()}\n${node.log()}`);
      await sleep(lookEveryMs);
    }
  };
  return {
    server,
    folder: nodeFolder,
    get node() {
      return node;
    },
    create(name, spec, metadata = {}) {
      server.objects.create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default", ...metadata },
        spec: { nodeName: "node1", terminationGracePeriodSeconds: 3, ...spec },
      });
    },
    pod,
    async until(name, isSo) {
      await becomes(
        () => `${name}: ${JSON.stringify(pod(name)?.status, undefined, 1)}`,
        () => {
          const found = pod(name);
          // Before the node has seen the pod there is nothing to look at.
          return found?.status?.startTime !== undefined && isSo(found.status, found);
        },
      );
      const found = pod(name);
      if (found === undefined) throw new Error(`${name} is gone`);
      return found;
    },
    async watch(name, isSo) {
      let found: Pod | undefined;
      const client = createClient(connectionOf(kubeconfig));
      const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}` });
      const synced = Promise.withResolvers<void>();
      const watch = client.watch(`/api/v1/namespaces/default/pods?${query}`, {
        change(_key, object) {
          // Of a list of Pods.
          const version = object as Pod | undefined;
          if (version?.status !== undefined && isSo(version.status)) found ??= version;
        },
        synced: synced.resolve,
      });
      watches.push({ watch, client });
      await synced.promise;
      return {
        async seen() {
          await becomes(
            () => `${name}: ${JSON.stringify(pod(name)?.status, undefined, 1)}`,
            () => found !== undefined,
          );
          if (found === undefined) throw new Error(`${name} was never so`);
          return found;
        },
      };
    },
    gone: (name) =>
      becomes(
        () => `${name} is still there: ${JSON.stringify(pod(name))}`,
        () => pod(name) === undefined,
      ),
    remove: (name) =>
      server.objects.delete({ apiVersion: "v1", kind: "Pod", namespace: "default", name }),
    get: (path) => read(server.url, authority, path),
    exec: (name, command, options) =>
      execute(`${server.url}/api/v1/namespaces/default/pods/${name}`, authority, command, options),
    becomes: (what, isSo) => becomes(() => what, isSo),
    events: (name) =>
      server.objects
        .list({ apiVersion: "v1", kind: "Event" }, "default")
        .map(
          ({ object }) =>
            object as KubeObject & { involvedObject: { name: string }; reason: string },
        )
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason }) => reason),
    async restart() {
      await node.cut();
      node = await start();
    },
    installNetwork() {
      installNetwork(nodeFolder);
    },
    async close() {
      for (const { watch, client } of watches) {
        watch.close();
        client.close();
      }
      await node.cut();
      await server.close();
      leave();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Statuses by the container's name, for short expectations. */
export function container(status: PodStatus | undefined, name: string): ContainerStatus {
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
  const found = [...initContainerStatuses, ...containerStatuses].find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no status of ${name}`);
  return found;
}

export function isReady(status: PodStatus): boolean {
  return (
    status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false
  );
}

function installNetwork(folder: string): void {
  mkdirSync(join(folder, "opt/cni/bin"), { recursive: true });
  mkdirSync(join(folder, "etc/cni/net.d"), { recursive: true });
  const shim = `#!/bin/sh\nexec ${process.execPath} --disable-warning=ExperimentalWarning ${plugin} fairlead\n`;
  writeFileSync(join(folder, "opt/cni/bin/fairlead"), shim, { mode: 0o755 });
  symlinkSync("fairlead", join(folder, "opt/cni/bin/loopback"));
  const conflist = {
    cniVersion: "1.0.0",
    cniVersions: ["1.0.0", "1.1.0"],
    name: "fairlead",
    plugins: [
      {
        type: "fairlead",
        bridge: "cni0",
        ipam: { type: "host-local", ranges: [[{ subnet: "10.244.1.0/24" }]] },
        capabilities: { portMappings: true, bandwidth: true },
      },
    ],
  };
  writeFileSync(join(folder, "etc/cni/net.d/10-fairlead.conflist"), JSON.stringify(conflist));
}
