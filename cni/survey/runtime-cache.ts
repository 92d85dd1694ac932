import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Fields, isObject } from "../json.ts";
import type { CachedAttachment } from "./contract.ts";
import { unlessGone } from "./unless-gone.ts";

/**
 * What libcni keeps of each attachment between ADD and DEL, for containerd, CRI-O, podman and cnitool alike: a file of
 * kind `cniCacheV1` each. Files of another kind are passed over. Undefined where there is no such folder.
 */
export function surveyRuntimeCache(folder: string): readonly CachedAttachment[] | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    return decode(
      file,
      unlessGone(() => readFileSync(file, "utf8"), ""),
    );
  });
}

function decode(file: string, text: string): readonly CachedAttachment[] {
  try {
    const fields = new Fields(JSON.parse(text));
    const [network, containerId] = [fields.text("networkName"), fields.text("containerId")];
    const ifname = fields.text("ifName");
    if (fields.text("kind") !== "cniCacheV1" || !network || !containerId || !ifname) return [];
    const netns = fields.text("netns") ?? "";
    const [pod, types] = [podOf(fields.list("cniArgs")), typesOf(fields.text("config") ?? "")];
    return [{ file, network, containerId, ifname, netns, pod, types }];
  } catch {
    return [];
  }
}

/** Of pairs, as Go writes them. */
function podOf(pairs: readonly unknown[] = []): string | undefined {
  const value = (key: string): unknown =>
    pairs.find((pair) => Array.isArray(pair) && pair[0] === key)?.[1 as never];
  const [namespace, name] = [value("K8S_POD_NAMESPACE"), value("K8S_POD_NAME")];
  return namespace && name ? `${namespace}/${name}` : undefined;
}

/** Of a list, or of a single plugin's configuration, in base64. */
function typesOf(config: string): readonly string[] {
  const value: unknown = JSON.parse(Buffer.from(config, "base64").toString("utf8"));
  const plugins = isObject(value) && Array.isArray(value.plugins) ? value.plugins : [value];
  return plugins.flatMap((plugin) =>
    isObject(plugin) && typeof plugin.type === "string" ? [plugin.type] : [],
  );
}
