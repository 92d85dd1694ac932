import { cpus, release, totalmem } from "node:os";
import { versionOf } from "./child.ts";
import type { Contestant, Environment } from "./contract.ts";

/** What the figures were measured on, and with which versions. */
export async function describeEnvironment(
  contestants: readonly Contestant[],
): Promise<Environment> {
  const versions: Record<string, string> = {};
  for (const contestant of contestants) {
    const version = await contestant.version();
    if (version !== undefined) versions[contestant.name] = version;
  }
  const dnsperf = await versionOf("dnsperf", ["-h"], /Version (\S+)/);
  if (dnsperf !== undefined) versions.dnsperf = dnsperf;
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.versions.node,
    versions,
  };
}
