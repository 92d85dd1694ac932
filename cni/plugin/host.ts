import { readFileSync, statSync } from "node:fs";
import type { Host } from "../contract.ts";

/** This machine. */
export const localHost: Host = {
  bootId: () => {
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return bootId;
  },
  netnsIdentity,
  ownNetnsIdentity: () => {
    ownNetns ??= netnsIdentity("/proc/self/ns/net") ?? "";
    return ownNetns;
  },
};

/** No process outlives a boot, and ours stay in their namespace. */
let bootId: string | undefined;
let ownNetns: string | undefined;

function netnsIdentity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
