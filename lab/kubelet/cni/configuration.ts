import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CniError } from "./cni-error.ts";
import type { NetworkList, PluginConfiguration } from "./contract.ts";

const known = ["1.1.0", "1.0.0", "0.4.0", "0.3.1", "0.3.0"];

/** The first list of a folder by name, as runtimes choose it; undefined where there is none yet. @throws CniError */
export function firstNetworkList(folder: string): NetworkList | undefined {
  const [name] = namesIn(folder).filter((one) => /\.(conflist|conf|json)$/.test(one));
  return name === undefined
    ? undefined
    : parseNetworkList(readFileSync(join(folder, name), "utf8"), join(folder, name));
}

/** A list, or a single plugin's configuration as a list of one. @throws CniError naming what is wrong */
export function parseNetworkList(text: string, file: string): NetworkList {
  const value = parsed(text, file);
  const { name, cniVersion = "0.3.1", cniVersions = [], disableCheck = false, plugins } = value;
  if (typeof name !== "string" || name === "") throw new CniError(`${file}: "name" is missing`);
  const versions = [cniVersion, ...(Array.isArray(cniVersions) ? cniVersions : [])];
  const version = known.find((one) => versions.includes(one));
  if (version === undefined)
    throw new CniError(
      `${file}: "cniVersion" ${versions.join(", ")} is none of ${known.join(", ")}`,
    );
  const list = Array.isArray(plugins) ? plugins : [value];
  for (const [index, plugin] of list.entries())
    if (typeof plugin?.type !== "string")
      throw new CniError(`${file}: "plugins[${index}].type" is missing`);
  return {
    name,
    cniVersion: version,
    disableCheck: disableCheck === true || disableCheck === "true",
    // Each has a type, as was just seen.
    plugins: list as readonly PluginConfiguration[],
    text,
  };
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CniError(`${file} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
