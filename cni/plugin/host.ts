import { readFileSync, statSync } from "node:fs";
import type { Host } from "../contract.ts";

/** This machine. */
export const localHost: Host = {
  bootId: () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
  netnsIdentity,
  ownNetnsIdentity: () => netnsIdentity("/proc/self/ns/net") ?? "",
};

function netnsIdentity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
