/**
 * The plugin as a process, in-process from end to end. The last word of its command line is what the runtime called it:
 * bin/fairlead-cni starts it, and bundled what scripts/plugin.ts writes.
 */
import { readFileSync, writeSync } from "node:fs";
import type { NodeNetwork, PluginIo } from "../contract.ts";
import type { KernelNetwork } from "../network/kernel-network.ts";
import { typeLoader } from "../types/registry.ts";
import { localHost } from "./host.ts";
import { runPlugin } from "./run.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Writes all of it before the process can end, also into a pipe. */
function write(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset);
}

const io: PluginIo = {
  env: process.env,
  argv0: process.argv.at(-1) ?? "fairlead",
  readStdin: async () => readFileSync(STDIN, "utf8"),
  writeStdout: (text) => write(STDOUT, text),
  writeStderr: (text) => write(STDERR, text),
};

let network: KernelNetwork | undefined;
const openNetwork = async (): Promise<NodeNetwork> => {
  const kernel = await import("../network/kernel-network.ts");
  network ??= new kernel.KernelNetwork();
  return network.session();
};

/** Ends at once: what the kernel holds for the process it gives back itself, and all output is written. */
void runPlugin(io, localHost, typeLoader(localHost, openNetwork)).then((status) =>
  process.exit(status),
);
