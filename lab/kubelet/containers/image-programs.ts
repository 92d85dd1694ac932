import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../../images/contract.ts";
import { quote } from "./init-script.ts";

/** Folders of small programs, one for each set of them: what an image's names stand for. */
export class ImagePrograms {
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  folderOf({ programs }: Image): string {
    const key = createHash("sha256").update(JSON.stringify(programs)).digest("hex").slice(0, 16);
    const folder = join(this.#folder, key);
    if (this.#made.has(key)) return folder;
    mkdirSync(folder, { recursive: true });
    for (const [name, argv] of Object.entries(programs)) {
      const file = join(folder, name);
      writeFileSync(file, `#!/bin/sh\nexec ${argv.map(quote).join(" ")} "$@"\n`);
      chmodSync(file, 0o755);
    }
    this.#made.add(key);
    return folder;
  }
}
