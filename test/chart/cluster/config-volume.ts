import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A ConfigMap's folder as kubelet keeps it: files are links into `..data`, which is a link to a folder that is never
 * altered. A change is a new folder, and one rename of the link.
 */
export class ConfigVolume {
  readonly #folder: string;
  #serial = 0;
  #text = "";

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  }

  update(data: Readonly<Record<string, string>>): void {
    const text = JSON.stringify(data);
    if (text === this.#text) return;
    this.#text = text;
    const at = (name: string): string => join(this.#folder, name);
    const version = `..2026_${++this.#serial}`;
    const former = this.#serial === 1 ? undefined : readlinkSync(at("..data"));
    mkdirSync(at(version), { mode: 0o755 });
    for (const [name, content] of Object.entries(data))
      writeFileSync(join(at(version), name), content, { mode: 0o644 });
    symlinkSync(version, at("..data_tmp"));
    renameSync(at("..data_tmp"), at("..data"));
    if (former === undefined)
      for (const name of Object.keys(data)) symlinkSync(join("..data", name), at(name));
    else rmSync(at(former), { recursive: true });
  }
}
