import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../json.ts";

/** Lease folders that the runtime's configurations name; what cannot be read there is the runtime's to complain of. */
export function leaseDirsOf(confDir: string): readonly string[] {
  if (!existsSync(confDir)) return [];
  const files = readdirSync(confDir).filter((name) => /\.(?:conflist|conf|json)$/.test(name));
  return files.flatMap((name) => {
    const document = parse(join(confDir, name));
    const plugins = isObject(document) && Array.isArray(document.plugins) ? document.plugins : [];
    return [document, ...plugins].flatMap((plugin) => {
      const ipam = isObject(plugin) ? plugin.ipam : undefined;
      return isObject(ipam) && typeof ipam.dataDir === "string" ? [ipam.dataDir] : [];
    });
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
