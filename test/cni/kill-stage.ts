import { existsSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#cni/contract.ts";
import { callProcess, ourPlugin, type ProcessAnswer } from "#cni/testing/process.ts";
import { hostLinkName, ifbName } from "#cni/types/names.ts";
import { examine } from "#inspect/doctor/doctor.ts";
import { monitorRoute } from "#linux/netlink/route/monitor.ts";
import { filesOf } from "#test/support/lease-folder.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import type { CniNode } from "./contract.ts";
import { createNode } from "./node.ts";
import { inProcess, shimAs } from "./plugins.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const shaping = { ingressRate: 1e9, ingressBurst: 1e9, egressRate: 1e9, egressBurst: 1e9 };

/** When a call is killed: after its start, or after the first thing that is seen of its work. */
export interface Instant {
  readonly since: "start" | "work";
  readonly afterMs: number;
}

export type Cleanup = "DEL" | "GC" | "doctor";

/** A node with one pod that lives through everything, and calls that are killed. */
export interface KillStage {
  readonly node: CniNode;
  /** Configuration of every pod: addresses, masquerade, a host port, bandwidth. */
  config(hostPort: number): JsonObject;
  /** A process of the plugin, killed. */
  asProcess(command: string, id: string, hostPort: number, when: Instant): Promise<ProcessAnswer>;
  /** A call of the shim, and the agent or the shim killed. */
  throughAgent(
    command: string,
    id: string,
    hostPort: number,
    kill: Instant & { readonly victim: "agent" | "shim" },
  ): Promise<ProcessAnswer>;
  startAgent(): Promise<void>;
  /** What there is of the pod: "lease link rules shaping", "nothing". */
  reached(id: string): string;
  /** All that belongs to pods, in words: the same text as before means that nothing is left. */
  remains(): string;
  cleanUp(how: Cleanup, id: string, hostPort: number): Promise<void>;
  close(): Promise<void>;
}

export const LIVE_PORT = 7000;

export async function setKillStage(): Promise<KillStage> {
  const node = await createNode(inProcess);
  const at = (...path: readonly string[]): string => join(node.dataDir, ...path);
  const socketPath = at("cni.sock");
  let agent: Daemon | undefined;

  const config = (hostPort: number): JsonObject => ({
    type: "fairlead",
    bridge: "cni-kill",
    ipMasq: true,
    ipam: { type: "host-local", dataDir: at("leases"), subnet: "10.217.44.0/24" },
    runtimeConfig: { portMappings: [{ hostPort, containerPort: 80 }], bandwidth: shaping },
  });
  const inside = ["setpriv", "--pdeathsig", "KILL", "nsenter", `--net=${node.namespacePath}`, "--"];
  const call = (command: string, id: string, hostPort: number) => ({
    command,
    id,
    netns: node.netnsOf(id),
    config: { cniVersion: "1.1.0", name: "net", ...config(hostPort) },
    env: { FAIRLEAD_CNI_SOCKET: socketPath, FAIRLEAD_CNI_PENDING: at("pending") },
  });
  const instant = ({ since, afterMs }: Instant) => {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const start = (): void => {
      timer ??= setTimeout(() => controller.abort(), afterMs);
    };
    const isWatched = since === "work";
    const watcher = isWatched
      ? watch(at("leases", "net"), (_, name) => name?.startsWith("10.") && start())
      : undefined;
    const links = isWatched
      ? monitorRoute(
          { namespacePath: node.namespacePath, of: ["links"] },
          // Others may still be of the ADD before: carrier is told late.
          { onEvent: ({ kind }) => kind === "link-gone" && start(), onOverrun: start },
        )
      : undefined;
    if (!isWatched) start();
    const close = (): void => {
      watcher?.close();
      links?.close();
      clearTimeout(timer);
    };
    return { signal: controller.signal, close };
  };
  const becomes = async (what: string, isSo: () => boolean): Promise<void> => {
    for (let look = 0; look < 1000; look++) {
      if (isSo()) return;
      await sleep(20);
    }
    throw new Error(`${what}\n${agent?.output()}`);
  };
  const links = (): readonly string[] =>
    [...node.run("ip", "-o", "link").matchAll(/^\d+: ((?:veth|bwp)\w+)/gm)]
      .map(([, name = ""]) => name)
      .sort();
  const leases = (): readonly string[] =>
    existsSync(at("leases", "net"))
      ? Object.entries(filesOf(at("leases")))
          .filter(([name]) => !name.startsWith("last_reserved_ip."))
          .map(([name, text]) => `${name} ${text.replace("\r\n", " ")}`)
      : [];
  const rules = (): string => node.run("nft", "list", "ruleset");

  return {
    node,
    config,
    async asProcess(command, id, hostPort, when) {
      const program = [...inside, ...ourPlugin("fairlead")];
      const timed = instant(when);
      const asked = call(command, id, hostPort);
      const answer = await callProcess(program, { ...asked, killOn: timed.signal });
      timed.close();
      return answer;
    },
    async throughAgent(command, id, hostPort, { victim, ...when }) {
      const program = [shimAs(node.dataDir, "fairlead")];
      const asked = call(command, id, hostPort);
      const timed = instant(when);
      const killAgent = (): void => {
        agent?.process.kill("SIGKILL");
      };
      if (victim === "agent") timed.signal.addEventListener("abort", killAgent);
      const killOn = victim === "shim" ? { killOn: timed.signal } : {};
      const answer = await callProcess(program, { ...asked, ...killOn });
      timed.close();
      if (victim === "agent") killAgent();
      // The agent goes on with what it was asked by a shim that is gone; another call of the container waits for it.
      else await callProcess(program, { ...asked, command: "CHECK" });
      return answer;
    },
    async startAgent() {
      await agent?.stop();
      const flags = [
        ...["-master", "http://127.0.0.1:1", "-node-name", "n1", "-masquerade=false"],
        ...["-socket", socketPath, "-pending-dir", at("pending"), "-metrics-bind-address", "0"],
      ];
      const [command = "", ...args] = [...inside, fairlead, "agent", ...flags];
      agent = startDaemon(command, args);
      const ready = agent;
      await becomes("the agent does not serve", () => ready.output().includes("is served"));
      await becomes(
        "pending DELs stay",
        () =>
          !existsSync(at("pending")) ||
          readdirSync(at("pending")).every((name) => !name.endsWith(".del")),
      );
    },
    reached(id) {
      const owner = { network: "net", containerId: id, ifname: "eth0" };
      const isThere = {
        lease: leases().some((text) => text.includes(` ${id} `)),
        link: links().includes(hostLinkName(owner)),
        rules: rules().includes(`cni/net/${id}/eth0`),
        shaping: links().includes(ifbName(owner)),
      };
      const words = Object.entries(isThere).flatMap(([word, is]) => (is ? [word] : []));
      return words.join(" ") || "nothing";
    },
    remains() {
      const records = readdirSync(at("leases", ".fairlead", "net", "owners")).sort();
      const drafts = existsSync(at("pending")) ? readdirSync(at("pending")) : [];
      return [...links(), ...leases(), ...records, ...drafts, rules()].join("\n");
    },
    async cleanUp(how, id, hostPort) {
      if (how === "DEL") {
        for (const _ of [1, 2])
          await node.succeed({ id, command: "DEL", config: config(hostPort) });
        return;
      }
      if (how === "GC") {
        const valid = [{ containerID: "live", ifname: "eth0" }];
        const gc = { ...config(hostPort), "cni.dev/valid-attachments": valid };
        await node.succeed({ id, command: "GC", config: gc });
        return;
      }
      node.removeContainer(id);
      const link = hostLinkName({ network: "net", containerId: id, ifname: "eth0" });
      await becomes(`link ${link} stays`, () => !links().includes(link));
      const { findings } = await examine({
        namespacePath: node.namespacePath,
        leaseDirs: [at("leases")],
        confDir: at("conf"),
        runtimeCacheDir: at("cache"),
        pendingDir: at("pending"),
        settleMs: 5,
        graceMs: 0,
        fix: true,
      });
      const left = findings.filter(({ outcome }) => outcome?.kind !== "mended");
      if (left.length > 0) throw new Error(JSON.stringify(left, undefined, 2));
    },
    async close() {
      await agent?.stop();
      await node.close();
    },
  };
}
