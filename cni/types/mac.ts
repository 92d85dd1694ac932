import type { PluginRequest } from "../contract.ts";
import { CniError } from "../errors.ts";
import { Fields } from "../json.ts";

/**
 * The hardware address that the runtime wants for the container's interface: runtimeConfig.mac before args.cni.mac
 * before CNI_ARGS MAC (CONVENTIONS, "Dynamic plugin specific fields").
 * @throws CniError 7 naming where the malformed one stands
 */
export function requestedMac({ configuration, cniArgs }: PluginRequest): string | undefined {
  const asked: readonly (readonly [string, string | undefined])[] = [
    ["runtimeConfig.mac", new Fields(configuration.runtimeConfig, "runtimeConfig").text("mac")],
    ["args.cni.mac", new Fields(configuration.args, "args.cni").text("mac")],
    ["CNI_ARGS MAC", cniArgs.get("MAC")],
  ];
  const [key, mac] = asked.find(([, value]) => value) ?? [];
  return key === undefined || mac === undefined ? undefined : parseMac(mac, key);
}

/** @throws CniError 7 naming the key */
export function parseMac(text: string, key: string): string {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) return text.toLowerCase();
  throw new CniError(7, `${key}: "${text}" is no hardware address such as 02:00:00:00:00:01`);
}
