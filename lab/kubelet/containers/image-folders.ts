import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Image } from "../../images/contract.ts";
import { quote } from "./quote.ts";

export interface ImageFolder {
  /** Small programs for what the image's names stand for. */
  readonly programs: string;
  /** What lies over the machine's files; undefined when the image has nothing. */
  readonly files: string | undefined;
}

/** What images bring along, in folders of the node, one for each image. */
export class ImageFolders {
  readonly #folder: string;
  readonly #made = new Map<string, ImageFolder>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  of({ programs, files }: Image): ImageFolder {
    const content = JSON.stringify([programs, files]);
    const key = createHash("sha256").update(content).digest("hex").slice(0, 16);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = {
      programs: join(this.#folder, key, "bin"),
      files: join(this.#folder, key, "files"),
    };
    mkdirSync(made.programs, { recursive: true });
    mkdirSync(made.files, { recursive: true });
    for (const [name, argv] of Object.entries(programs)) {
      const path = name.startsWith("/") ? join(made.files, name) : join(made.programs, name);
      write(path, `#!/bin/sh\nexec ${argv.map(quote).join(" ")} "$@"\n`);
      chmodSync(path, 0o755);
    }
    for (const [path, text] of Object.entries(files)) write(join(made.files, path), text);
    const hasFiles = [...Object.keys(programs), ...Object.keys(files)].some(isPath);
    const folder = { programs: made.programs, files: hasFiles ? made.files : undefined };
    this.#made.set(key, folder);
    return folder;
  }
}

const isPath = (name: string): boolean => name.startsWith("/");

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
