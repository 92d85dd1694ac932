import { cpus, release, totalmem } from "node:os";
import type { Environment, Suite } from "./contract.ts";

/** What the figures were measured on, and with which versions. */
export async function describeEnvironment(programs: Suite["programs"]): Promise<Environment> {
  const versions: Record<string, string> = {};
  for (const program of programs) {
    const version = await program.version();
    if (version !== undefined) versions[program.name] = version;
  }
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.versions.node,
    versions,
  };
}
