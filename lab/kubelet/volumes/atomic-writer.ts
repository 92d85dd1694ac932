import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { VolumeFiles } from "./contract.ts";

/**
 * Puts a volume's files in place all at once, so that nobody sees some of them new and some old: the names lead through
 * the link `..data`, which is exchanged for one to a new folder.
 */
export function writeFiles(folder: string, files: VolumeFiles): void {
  mkdirSync(folder, { recursive: true });
  const stamp = mkdtempSync(join(folder, `..${new Date().toISOString().replace(/[-:TZ.]/g, "_")}`));
  chmodSync(stamp, 0o755);
  for (const [path, { content, mode }] of files) {
    const file = join(stamp, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  const link = join(folder, "..data");
  const before = targetOf(link);
  symlinkSync(stamp.slice(folder.length + 1), `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  const names = new Set([...files.keys()].map((path) => path.split("/")[0] ?? path));
  for (const name of names) linkTo(join(folder, name), join("..data", name));
  for (const name of readdirSync(folder))
    if (!name.startsWith("..") && !names.has(name)) rmSync(join(folder, name));
  if (before !== undefined) rmSync(join(folder, before), { recursive: true, force: true });
}

function linkTo(path: string, target: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(target, path);
}

function targetOf(link: string): string | undefined {
  return lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link);
}
