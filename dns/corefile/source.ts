import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FairleadError } from "#observe/errors.ts";
import type { Corefile } from "./contract.ts";
import type { Environment } from "./environment.ts";
import { readImportFiles } from "./import-files.ts";
import type { ImportedFile } from "./imports.ts";
import { parseCorefile } from "./parser.ts";

export interface CorefileSourceOptions {
  readonly file: string;
  /** That names it, for errors. Default: -conf. */
  readonly flag?: string;
  /** What stands in for a file that does not exist. Absent: that is an error. */
  readonly fallback?: string;
  /** Port of plain DNS where an address names none. */
  readonly defaultPort: number;
  readonly environment: Environment;
}

/** A Corefile as it is read at one time; `sha512` is of all that was read, in hex. */
export type CorefileReading =
  | { readonly sha512: string; readonly corefile: Corefile }
  | { readonly sha512: string; readonly error: Error };

/** Where the configuration comes from. Contents decide what is new: a ConfigMap changes behind links that stay. */
export class CorefileSource {
  readonly #options: CorefileSourceOptions;

  constructor(options: CorefileSourceOptions) {
    this.#options = options;
  }

  get file(): string {
    return this.#options.file;
  }

  /** Reads the Corefile and everything that it imports. Never throws. */
  read(): CorefileReading {
    const { file, defaultPort, environment } = this.#options;
    const hash = createHash("sha512");
    const digested = <T extends ImportedFile>(read: T): T => {
      // With its length, so that text cannot move between files unnoticed.
      hash.update(`${read.text.length}\n`).update(read.text);
      return read;
    };
    try {
      const { text } = digested({ file, text: this.#text() });
      const corefile = parseCorefile(text, {
        file,
        defaultPort,
        environment,
        readImports: (pattern, from) => readImportFiles(pattern, from)?.map(digested),
      });
      return { sha512: hash.digest("hex"), corefile };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      // What is wrong belongs to the content: an imported file that appears again is a change.
      return { sha512: hash.update(error.message).digest("hex"), error };
    }
  }

  #text(): string {
    const { file, fallback, flag = "-conf" } = this.#options;
    try {
      return readFileSync(file, "utf8");
    } catch (thrown) {
      const cause = thrown as NodeJS.ErrnoException;
      if (fallback !== undefined && cause.code === "ENOENT") return fallback;
      throw new FairleadError("FL-U001", `${flag} ${file} cannot be read: ${cause.message}`, {
        cause,
      });
    }
  }
}
