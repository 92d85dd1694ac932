import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "#cni/contract.ts";
import { isObject } from "#cni/json.ts";
import { createNamespace, deleteNamespace, namespacePath } from "#linux/namespace/named.ts";
import { startAgent } from "#test/topology/agent-client.ts";
import type { CniCall, CniNode, PluginUnderTest } from "./contract.ts";

let serial = 0;

/** A process that ends with this one. */
const entering = ["setpriv", "--pdeathsig", "KILL", "nsenter"];

/** A node of its own for one test: a namespace with lo up, and leases in a folder of its own. */
export async function createNode(
  plugins: (namespacePath: string) => Promise<PluginUnderTest>,
): Promise<CniNode> {
  const name = `fl-cni-${process.pid}-${++serial}`;
  const path = createNamespace(name);
  const dataDir = mkdtempSync(join(tmpdir(), "fairlead-cni-node-"));
  const containers = new Set<string>();
  const agents = new Map<string, ReturnType<typeof startAgent>>();
  const containerName = (id: string): string => `${name}-${id}`;
  const inside = (where: string, command: string, args: readonly string[]): string =>
    execFileSync("nsenter", [`--net=${where}`, "--", command, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const netnsOf = (id: string): string => {
    if (!containers.has(id)) createNamespace(containerName(id));
    containers.add(id);
    return namespacePath(containerName(id));
  };
  inside(path, "ip", ["link", "set", "lo", "up"]);
  const plugin = await plugins(path);

  const cni: CniNode["cni"] = ({ config, ...call }: CniCall) => {
    const id = call.id ?? "c1";
    const document: string | JsonObject =
      typeof config === "string"
        ? config
        : { cniVersion: plugin.cniVersion, name: "net", ...config };
    const type = typeof document === "string" ? "bridge" : String(document.type ?? "");
    return plugin.call({
      command: "ADD",
      program: type,
      ifname: "eth0",
      env: {},
      ...call,
      id,
      netns: call.netns ?? netnsOf(id),
      config: document,
    });
  };
  return {
    namespacePath: path,
    ownNetns: plugin.ownNetns,
    isOurs: plugin.isOurs,
    dataDir,
    cni,
    async succeed(call) {
      const { status, stdout, document } = await cni(call);
      if (status !== 0) throw new Error(`${call.command ?? "ADD"} failed: ${stdout}`);
      return isObject(document) ? document : {};
    },
    netnsOf,
    removeContainer(id) {
      if (containers.delete(id)) deleteNamespace(containerName(id));
    },
    run: (command, ...args) => inside(path, command, args),
    runIn: (id, command, ...args) => inside(netnsOf(id), command, args),
    async agent(id) {
      const where = id === undefined ? path : netnsOf(id);
      const known = agents.get(where) ?? startAgent([...entering, `--net=${where}`, "--"], where);
      agents.set(where, known);
      return (await known).agent;
    },
    async close() {
      for (const started of agents.values()) await (await started).process.stop();
      await plugin.close();
      for (const id of containers) deleteNamespace(containerName(id));
      deleteNamespace(name);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
