import { existsSync, readFileSync } from "node:fs";
import type { PluginRequest } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { Fields, isObject } from "../../json.ts";
import { parseMac, requestedMac } from "../mac.ts";

export interface TuningOptions {
  /** Path below /proc/sys and value. */
  readonly sysctls: readonly (readonly [key: string, value: string])[];
  readonly link: LinkTuning;
  readonly dataDir: string;
}

/** Absent is as it is. */
export interface LinkTuning {
  readonly mac?: string;
  readonly mtu?: number;
  readonly promiscuous?: boolean;
  readonly allMulticast?: boolean;
  readonly txQueueLength?: number;
}

export const usualAllowlist = "/etc/cni/tuning/allowlist.conf";

/** @throws CniError 7 naming the key and the value at fault */
export function readTuningOptions(request: PluginRequest, allowlist: string): TuningOptions {
  const { raw, args } = request.configuration;
  const fields = new Fields(raw);
  const sysctls = [
    ...readSysctls(fields, request.attachment.ifname),
    ...readSysctls(new Fields(args, "args.cni"), request.attachment.ifname),
  ];
  checkAllowed(sysctls, allowlist);
  const mac =
    requestedMac(request) ??
    (fields.text("mac") ? parseMac(fields.text("mac") ?? "", "mac") : undefined);
  const [mtu, txQueueLength] = [fields.integer("mtu"), fields.integer("txQLen")];
  return {
    sysctls,
    link: {
      ...(mac !== undefined && { mac }),
      ...(mtu && { mtu }),
      // Only switching on is asked for: false is what a configuration without the key says, too.
      ...(fields.flag("promisc") && { promiscuous: true }),
      ...(fields.flag("allmulti") && { allMulticast: true }),
      ...(txQueueLength !== undefined && { txQueueLength }),
    },
    dataDir: fields.text("dataDir") || "/run/cni/tuning",
  };
}

/** IFNAME in a key stands for the container's interface. */
function readSysctls(fields: Fields, ifname: string): readonly (readonly [string, string])[] {
  const sysctls = fields.object.sysctl ?? {};
  if (!isObject(sysctls)) throw fields.fault("sysctl", "is no object of keys and values");
  return Object.entries(sysctls).map(([key, value]) => {
    const path = (key.includes("/") ? key : key.replaceAll(".", "/")).replace("IFNAME", ifname);
    if (typeof value !== "string") throw fields.fault("sysctl", `the value of ${key} is no string`);
    if (!path.startsWith("net/") || path.split("/").includes(".."))
      throw fields.fault("sysctl", `${key} is not below net: others are not the container's own`);
    return [path, value] as const;
  });
}

/** A file of regular expressions, one a line; where it is, a key has to match one of them. */
function checkAllowed(sysctls: TuningOptions["sysctls"], allowlist: string): void {
  if (sysctls.length === 0 || !existsSync(allowlist)) return;
  const patterns = readFileSync(allowlist, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => new RegExp(line));
  for (const [path] of sysctls) {
    const key = path.replaceAll("/", ".");
    if (!patterns.some((pattern) => pattern.test(key)))
      throw new CniError(7, `sysctl: ${key} is not allowed by ${allowlist}`);
  }
}
