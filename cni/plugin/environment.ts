import type { CniCommand } from "../contract.ts";
import { CniError } from "../errors.ts";

const commands: readonly CniCommand[] = ["ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION"];

type Variable = "CNI_CONTAINERID" | "CNI_NETNS" | "CNI_IFNAME" | "CNI_PATH";

/** Which variables a command cannot do without (specification §2, "Parameters"). */
const required: Readonly<Record<CniCommand, readonly Variable[]>> = {
  ADD: ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"],
  CHECK: ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"],
  DEL: ["CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"],
  GC: ["CNI_PATH"],
  STATUS: ["CNI_PATH"],
  VERSION: [],
};

export interface CniEnvironment {
  readonly command: CniCommand;
  readonly containerId: string;
  readonly netns: string;
  readonly ifname: string;
  readonly args: string;
  readonly pluginFolders: readonly string[];
  /** The runtime knows that the namespace it passes is the plugin's own. */
  readonly allowsOwnNetns: boolean;
}

/** What a container ID and a network's name may consist of. */
export const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * Reads the CNI_ variables; undefined without CNI_COMMAND, when a person called the plugin.
 * @throws CniError 4 naming every variable that is missing, or the one that is malformed
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): CniEnvironment | undefined {
  if (!env.CNI_COMMAND) return undefined;
  const command = commands.find((known) => known === env.CNI_COMMAND);
  if (command === undefined)
    throw new CniError(
      4,
      `unknown CNI_COMMAND: ${JSON.stringify(env.CNI_COMMAND)}; it is one of ${commands.join(", ")}`,
    );
  const missing = required[command].filter((name) => !env[name]);
  if (missing.length > 0)
    throw new CniError(4, `required env variables [${missing.join(",")}] missing`);
  const { CNI_CONTAINERID: containerId = "", CNI_IFNAME: ifname = "" } = env;
  if (needsContainer(command)) {
    checkContainerId(containerId);
    checkIfname(ifname);
  }
  return {
    command,
    containerId,
    ifname,
    netns: env.CNI_NETNS ?? "",
    args: env.CNI_ARGS ?? "",
    pluginFolders: (env.CNI_PATH ?? "").split(":").filter((folder) => folder !== ""),
    allowsOwnNetns: /^(1|true)$/i.test(env.CNI_NETNS_OVERRIDE ?? ""),
  };
}

function needsContainer(command: CniCommand): boolean {
  return command === "ADD" || command === "DEL" || command === "CHECK";
}

function checkContainerId(containerId: string): void {
  if (!namePattern.test(containerId))
    throw new CniError(
      4,
      "invalid characters in containerID",
      `CNI_CONTAINERID ${JSON.stringify(containerId)} does not match ${namePattern.source}`,
    );
}

/** What the kernel takes as a link's name (IFNAMSIZ, dev_valid_name). */
function checkIfname(ifname: string): void {
  const fault = ifnameFault(ifname);
  if (fault !== undefined)
    throw new CniError(4, `CNI_IFNAME ${JSON.stringify(ifname)} is no interface name: ${fault}`);
}

function ifnameFault(ifname: string): string | undefined {
  if (Buffer.byteLength(ifname) > 15) return "interface name is too long (15 bytes at most)";
  if (ifname === "." || ifname === "..") return "interface name is . or ..";
  if (/[/:\s]/.test(ifname)) return "interface name contains / or : or whitespace characters";
  return undefined;
}
