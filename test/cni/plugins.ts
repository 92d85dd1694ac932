import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Caller } from "#cni/agent/server/caller.ts";
import { CallsAtOnce } from "#cni/agent/server/calls-at-once.ts";
import { serveCni } from "#cni/agent/server/server.ts";
import { KernelNetwork } from "#cni/network/kernel-network.ts";
import { localHost } from "#cni/plugin/host.ts";
import { call } from "#cni/testing/call.ts";
import { callProcess, ourPlugin } from "#cni/testing/process.ts";
import { typeLoader } from "#cni/types/registry.ts";
import { findCniPlugins } from "#test/support/capabilities.ts";
import type { PluginUnderTest } from "./contract.ts";

/** Fairlead's types in this process, over the kernel of the node's namespace. */
export async function inProcess(namespacePath: string): Promise<PluginUnderTest> {
  const network = new KernelNetwork({ namespacePath });
  return {
    name: "Fairlead, in-process",
    isOurs: true,
    cniVersion: "1.1.0",
    ownNetns: "/proc/self/ns/net",
    async call({ command, program, id, ifname, netns, env, config }) {
      const session = network.session();
      const load = typeLoader(localHost, async () => session);
      return call(load, {
        command,
        config,
        argv0: `/opt/cni/bin/${program}`,
        host: localHost,
        env: { CNI_CONTAINERID: id, CNI_NETNS: netns, CNI_IFNAME: ifname, ...env },
      }).finally(() => session.end());
    },
    close: () => network.close(),
  };
}

/** A program for each call, started in the node's namespace. */
function programs(
  name: string,
  isOurs: boolean,
  commandOf: (program: string) => readonly string[],
): (namespacePath: string) => Promise<PluginUnderTest> {
  return async (namespacePath) => ({
    name,
    isOurs,
    cniVersion: isOurs ? "1.1.0" : "1.0.0",
    ownNetns: namespacePath,
    async call({ program, env, ...rest }) {
      const entering = ["nsenter", `--net=${namespacePath}`, "--"];
      const answer = await callProcess([...entering, ...commandOf(program)], { ...rest, env });
      const { status = -1, stdout } = answer;
      return { status, stdout, document: stdout === "" ? {} : JSON.parse(stdout) };
    },
    close: async () => undefined,
  });
}

/** Fairlead's plugin as a runtime starts it. */
export const asProcess = programs("Fairlead, a process a call", true, ourPlugin);

/** What `make plugin` has written into the folder, as a runtime starts it. */
export const asOneFile = (folder: string) =>
  programs("Fairlead, a process a call, in one file", true, (program) => {
    const path = join(folder, program);
    if (!existsSync(path)) symlinkSync(join(folder, "fairlead"), path);
    return [path];
  });

/** The reference plugins. */
export const reference = programs("the reference plugins", false, (program) => [
  join(findCniPlugins() ?? "/opt/cni/bin", program),
]);

/** Fairlead's shim as a runtime starts it, and an agent in this process behind it. */
export async function throughShim(
  namespacePath: string,
): Promise<PluginUnderTest & { readonly env: Readonly<Record<string, string>> }> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-shim-"));
  const calls = new CallsAtOnce();
  const network = new KernelNetwork({ namespacePath, calls });
  const socketPath = join(folder, "cni.sock");
  const server = await serveCni(socketPath, new Caller({ host: localHost, network }), calls);
  const { call } = await programs("Fairlead's shim and agent", true, (program) => [
    shimAs(folder, program),
  ])(namespacePath);
  const env = { FAIRLEAD_CNI_SOCKET: socketPath };
  return {
    name: "Fairlead's shim and agent",
    env,
    isOurs: true,
    cniVersion: "1.1.0",
    ownNetns: "/proc/self/ns/net",
    call: (asked) => call({ ...asked, env: { ...asked.env, ...env } }),
    async close() {
      await server.close();
      await network.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Both makes on one node: a program called "reference/TYPE" is the reference's. */
export async function besideReference(namespacePath: string): Promise<PluginUnderTest> {
  const [ours, theirs] = [await throughShim(namespacePath), await reference(namespacePath)];
  const mark = "reference/";
  return {
    ...ours,
    name: "both makes",
    call: ({ program, ...asked }) =>
      program.startsWith(mark)
        ? theirs.call({
            ...asked,
            program: program.slice(mark.length),
            env: { ...ours.env, ...asked.env },
          })
        : ours.call({ ...asked, program }),
  };
}

/** Path of the shim under a plugin's name. */
export function shimAs(folder: string, program: string): string {
  const path = join(folder, program);
  if (!existsSync(path)) symlinkSync(builtShim(), path);
  return path;
}

const repository = join(import.meta.dirname, "../..");

/** As `make plugin` does it. */
export function buildPlugin(folder: string): void {
  execFileSync(process.execPath, [join(repository, "scripts/plugin.ts"), folder]);
}

const builder = join(repository, "scripts/shim.sh");
const sources = join(repository, "cni/plugin/shim");

/** The shim, built once for each state of its sources, and kept with what else is compiled. */
export function builtShim(): string {
  const hash = createHash("sha256").update(readFileSync(builder));
  for (const name of readdirSync(sources).sort()) hash.update(readFileSync(join(sources, name)));
  const state = hash.digest("hex").slice(0, 16);
  const file = join(repository, "node_modules/.cache/fairlead-shim", state, "fairlead");
  if (existsSync(file)) return file;
  execFileSync(builder, [file]);
  return file;
}
