import { readFileSync } from "node:fs";
import { availableParallelism, release, totalmem } from "node:os";
import { build } from "#observe/version.ts";
import type { Machine } from "./node-object.ts";

const architectures: Readonly<Record<string, string>> = { x64: "amd64" };

export function thisMachine(): Machine {
  return {
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    osImage: osName(),
    architecture: architectures[process.arch] ?? process.arch,
    version: `v1.34.0+fairlead.${build.version}`,
  };
}

function osName(): string {
  try {
    const [, name] =
      /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8")) ?? [];
    return name ?? "Linux";
  } catch {
    return "Linux";
  }
}
