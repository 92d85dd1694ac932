import type { CniCommand, Host, JsonObject, PluginIo } from "../contract.ts";
import { isObject } from "../json.ts";
import { runPlugin, type TypeLoader } from "../plugin/run.ts";

export interface Answer {
  readonly status: 0 | 1;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON; an empty object where there is none. */
  readonly document: JsonObject;
}

export interface Call {
  readonly command?: CniCommand | string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Configuration as a value, or stdin's text as it is. */
  readonly config?: object | string;
  readonly argv0?: string;
  readonly host?: Host;
}

const usualEnv = {
  CNI_CONTAINERID: "c1",
  CNI_NETNS: "/run/netns/c1",
  CNI_IFNAME: "eth0",
  CNI_PATH: "/opt/cni/bin",
};

/** A host on which every namespace path exists, but for those that name none. */
export const usualHost: Host = {
  bootId: () => "boot-1",
  netnsIdentity: (path) => (path.includes("missing") ? undefined : `4:${path}`),
  ownNetnsIdentity: () => "4:/proc/self/ns/net",
};

/** Runs the plugin in-process; variables and configuration default to those of one usual container. */
export async function call(load: TypeLoader, { command = "ADD", ...rest }: Call): Promise<Answer> {
  const { env = {}, config = {}, argv0 = "/opt/cni/bin/fairlead", host = usualHost } = rest;
  let stdout = "";
  let stderr = "";
  const io: PluginIo = {
    env: { CNI_COMMAND: command, ...usualEnv, ...env },
    argv0,
    readStdin: async () => (typeof config === "string" ? config : JSON.stringify(config)),
    writeStdout: (text) => {
      stdout += text;
    },
    writeStderr: (text) => {
      stderr += text;
    },
  };
  const status = await runPlugin(io, host, load);
  const document: unknown = stdout === "" ? {} : JSON.parse(stdout);
  return { status, stdout, stderr, document: isObject(document) ? document : {} };
}
