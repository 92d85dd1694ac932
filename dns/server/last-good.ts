/** The configuration that was last in force, kept on disk for a start with a Corefile that cannot be served. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "#observe/contract.ts";
import { hasErrno } from "#observe/errno.ts";
import type { Corefile } from "../corefile/contract.ts";
import { formatCorefile } from "../corefile/format.ts";
import { parseCorefile } from "../corefile/parser.ts";

const FILE = "Corefile.last-good";

export class LastGoodCorefile {
  readonly file: string;
  readonly #folder: string;
  readonly #logger: Logger;

  /** @param folder made on the first save where it is missing */
  constructor(folder: string, logger: Logger) {
    this.file = join(folder, FILE);
    this.#folder = folder;
    this.#logger = logger;
  }

  /** Undefined when there is none, or none that can be read. */
  load(): Corefile | undefined {
    try {
      return parseCorefile(readFileSync(this.file, "utf8"), { file: this.file });
    } catch (error) {
      if (!hasErrno(error, "ENOENT"))
        this.#logger.warn({ file: this.file, error }, "no last good configuration");
      return undefined;
    }
  }

  /** Replaces what was kept, at once or not at all. A folder that cannot be written to is a warning, no failure. */
  save(corefile: Corefile): void {
    try {
      const text = `# The configuration that was last in force, from ${corefile.file}.\n${formatCorefile(corefile)}`;
      // Some words cannot be written down again, such as variables that stood for references to variables.
      if (!isSame(parseCorefile(text, { file: this.file }), corefile)) {
        throw new RangeError("it holds words that cannot be written down");
      }
      mkdirSync(this.#folder, { recursive: true });
      const temporary = `${this.file}.${process.pid}`;
      writeFileSync(temporary, text, { mode: 0o600, flush: true });
      renameSync(temporary, this.file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn({}, `the configuration cannot be kept in ${this.#folder}: ${reason}`);
    }
  }
}

function isSame(left: Corefile, right: Corefile): boolean {
  return isDeepStrictEqual(withoutPositions(left.blocks), withoutPositions(right.blocks));
}

function withoutPositions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (POSITIONS.has(key) ? undefined : (part as unknown))),
  );
}

const POSITIONS = new Set(["position", "file", "line"]);
