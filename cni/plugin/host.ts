import { readFileSync, statSync } from "node:fs";
import type { Host } from "../contract.ts";

/** This machine. */
export const localHost: Host = {
  bootId: () => {
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return bootId;
  },
  netnsIdentity,
  ownNetnsIdentity: () => netnsIdentity("/proc/self/ns/net") ?? "",
};

/** No process outlives a boot. */
let bootId: string | undefined;

function netnsIdentity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
