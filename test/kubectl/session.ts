import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ClusterOptions, KubeObject } from "#lab/apiserver/contract.ts";
import { kubeconfig } from "#lab/apiserver/kubeconfig.ts";
import { createAuthority } from "#lab/apiserver/security/authority.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { findKubectl } from "#test/support/layer.ts";
import { Kubelet, kubeletToken } from "./kubelet.ts";
import { linesOf, type Outcome } from "./transcript.ts";

/** A shell with kubectl in front of an API server of its own. */
export interface Session {
  /** Runs a command and waits until the server has done what follows from it. */
  run(command: string): Promise<Outcome>;
  /** Starts a command that goes on. */
  start(command: string): ChildProcess;
  close(): Promise<void>;
}

const manifests = join(import.meta.dirname, "manifests");

/** With live nodes, Pods run on two of them (kubelet.ts). */
export async function openSession(nodes: "none" | "live" = "none"): Promise<Session> {
  const kubectl = findKubectl();
  if (kubectl === undefined) throw new Error("the suite asks for kubectl first");
  const authority = createAuthority();
  const kubelet = nodes === "live" ? new Kubelet() : undefined;
  const cluster = kubelet === undefined ? {} : { cluster: await clusterOf(kubelet) };
  const server = createApiServer({ authority, ...cluster });
  await server.listen({ host: "127.0.0.1", port: 0 });
  if (kubelet !== undefined) {
    for (const name of ["node1", "node2"]) server.objects.create(readyNode(name));
    await kubelet.run(server, authority);
  }
  await server.settled();
  const home = await mkdtemp(join(tmpdir(), "fairlead-kubectl-"));
  const config = join(home, "config");
  await writeFile(config, kubeconfig(server.url, authority));
  const env = {
    HOME: home,
    KUBECONFIG: config,
    PATH: `${dirname(kubectl)}:${process.env.PATH}`,
    TZ: "UTC",
  };
  const start = (command: string) =>
    spawn("bash", ["-c", command], { cwd: manifests, env, stdio: ["ignore", "pipe", "pipe"] });
  return {
    start,
    async run(command) {
      const child = start(command);
      const [stdout, stderr, [status]] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        once(child, "close"),
      ]);
      await server.settled();
      return { stdout: linesOf(stdout), stderr: linesOf(stderr), status };
    },
    async close() {
      await kubelet?.close();
      await server.close();
      await rm(home, { recursive: true });
    },
  };
}

async function clusterOf(kubelet: Kubelet): Promise<ClusterOptions> {
  return {
    podCidrs: ["10.244.0.0/16"],
    nodePodCidrMask: 24,
    loadBalancerPool: "172.30.1.0/24",
    kubelet: { port: await kubelet.listen(), token: kubeletToken },
    nodeMonitorGraceMs: Number.POSITIVE_INFINITY,
  };
}

function readyNode(name: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      conditions: [{ type: "Ready", status: "True" }],
    },
  };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const piece of stream) text += piece;
  return text;
}
