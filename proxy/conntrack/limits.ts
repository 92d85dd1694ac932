/** Limits and time-outs of connection tracking that kube-proxy sets on the node it runs on. */
import { readFileSync, writeFileSync } from "node:fs";
import { readSysctl, writeSysctl } from "#linux/sysctl.ts";
import type { Logger } from "#observe/contract.ts";
import type { ConntrackConfig } from "./contract.ts";

/** However many cores there are: at 320 bytes a flow, 320 MiB of kernel memory. */
const LARGEST_SCALED_MAX = 1_048_576;
/** Flows to a bucket of the hash table. */
const FLOWS_PER_BUCKET = 4;
const HASHSIZE_FILE = "/sys/module/nf_conntrack/parameters/hashsize";

interface Setting {
  /** A sysctl below net.netfilter, or the module's parameter. */
  readonly key: string;
  readonly value: number;
  /** A larger value that is there already stays. */
  readonly isMinimum: boolean;
}

/** What is to be set, in order. */
export function conntrackSettings(config: ConntrackConfig, cpus: number): readonly Setting[] {
  const max = maxFlows(config, cpus);
  const wanted: readonly (readonly [key: string, value: number])[] = [
    ["nf_conntrack_max", max],
    ["nf_conntrack_tcp_timeout_established", config.tcpEstablishedTimeoutSeconds],
    ["nf_conntrack_tcp_timeout_close_wait", config.tcpCloseWaitTimeoutSeconds],
    ["nf_conntrack_tcp_be_liberal", Number(config.tcpBeLiberal)],
    ["nf_conntrack_udp_timeout", config.udpTimeoutSeconds],
    ["nf_conntrack_udp_timeout_stream", config.udpStreamTimeoutSeconds],
  ];
  const sysctls = wanted.map(([key, value]) => ({ key, value, isMinimum: false }));
  const buckets = { key: "hashsize", value: Math.floor(max / FLOWS_PER_BUCKET), isMinimum: true };
  return [buckets, ...sysctls].filter(({ value }) => value > 0);
}

function maxFlows({ maxPerCore, min }: ConntrackConfig, cpus: number): number {
  if (maxPerCore <= 0) return 0;
  return Math.max(min, Math.min(maxPerCore * cpus, LARGEST_SCALED_MAX));
}

interface SettingAccess {
  read(key: string): string;
  write(key: string, value: string): void;
}

/** The kernel's own, of the calling thread's network namespace. */
const kernelSettings: SettingAccess = {
  read: (key) =>
    key === "hashsize" ? readFileSync(HASHSIZE_FILE, "utf8") : readSysctl(sysctlOf(key)),
  write: (key, value) =>
    key === "hashsize" ? writeFileSync(HASHSIZE_FILE, value) : writeSysctl(sysctlOf(key), value),
};

/**
 * Sets what differs. What cannot be set, as in a namespace that is not the first or in a container that may not, is
 * named in one warning and left: the proxy works with the kernel's values.
 */
export function applySettings(
  settings: readonly Setting[],
  logger: Logger,
  access: SettingAccess = kernelSettings,
): void {
  const failures: string[] = [];
  for (const { key, value, isMinimum } of settings) {
    try {
      const present = Number(access.read(key));
      if (present === value || (isMinimum && present > value)) continue;
      access.write(key, String(value));
      logger.info({ key, value, before: present }, `${key} set to ${value}`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures.length > 0)
    logger.warn({}, `connection tracking keeps some of its limits: ${failures.join("; ")}`);
}

function sysctlOf(key: string): string {
  return `net.netfilter.${key}`;
}
