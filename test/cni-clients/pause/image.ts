import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The name that the image has in the archive; no registry has it. */
export const pauseImage = "fairlead.test/pause:1";

/**
 * Writes an archive, in the form of `docker save`, of an image that holds one static program, unless it is there.
 * @returns its path
 */
export function writePauseImage(folder: string): string {
  const path = join(folder, "pause.tar");
  if (existsSync(path)) return path;
  const [root, archive] = [join(folder, "pause-root"), join(folder, "pause-archive")];
  for (const each of [root, archive]) mkdirSync(each);
  const source = join(import.meta.dirname, "pause.c");
  const flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s"];
  execFileSync("cc", [...flags, "-o", join(root, "pause"), source]);
  const owned = ["--owner=0", "--group=0", "--mtime=@0"];
  const tar = (from: string, to: string, ...names: readonly string[]): void => {
    execFileSync("tar", ["-C", from, ...owned, "-cf", to, ...names]);
  };
  tar(root, join(archive, "layer.tar"), "pause");
  const layer = createHash("sha256")
    .update(readFileSync(join(archive, "layer.tar")))
    .digest("hex");
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  const documents = {
    "config.json": {
      architecture,
      os: "linux",
      config: { Entrypoint: ["/pause"] },
      rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
    },
    "manifest.json": [{ Config: "config.json", RepoTags: [pauseImage], Layers: ["layer.tar"] }],
  };
  for (const [name, document] of Object.entries(documents))
    writeFileSync(join(archive, name), JSON.stringify(document));
  tar(archive, path, ...Object.keys(documents), "layer.tar");
  return path;
}
