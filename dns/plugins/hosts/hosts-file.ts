import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Logger } from "#observe/contract.ts";
import { type HostsRules, HostsTable } from "./hosts-table.ts";

/** What is read anew only when it changed: first its state on disk is compared, then its content. */
export class HostsFile {
  readonly #path: string;
  readonly #rules: HostsRules;
  readonly #logger: Logger;
  #state: string | undefined;
  #hash: string | undefined;
  #fault: string | undefined;

  constructor(path: string, rules: HostsRules, logger: Logger) {
    this.#path = path;
    this.#rules = rules;
    this.#logger = logger;
  }

  /**
   * The file's entries when they are new, with the time it was last written. Never rejects: while the file cannot be
   * read, which is logged once, what was read before stays good.
   */
  async readIfChanged(): Promise<
    { readonly table: HostsTable; readonly modifiedMs: number } | undefined
  > {
    try {
      const { ino, size, mtimeNs, mtimeMs } = await stat(this.#path, { bigint: true });
      const state = `${ino} ${size} ${mtimeNs}`;
      if (state === this.#state) return undefined;
      const bytes = await readFile(this.#path);
      this.#fault = undefined;
      this.#state = state;
      // A mounted ConfigMap is another file at each of its updates, mostly with the same content.
      const hash = createHash("sha256").update(bytes).digest("base64");
      if (hash === this.#hash) return undefined;
      this.#hash = hash;
      const table = new HostsTable(bytes.toString("utf8"), this.#rules);
      return { table, modifiedMs: Number(mtimeMs) };
    } catch (error) {
      this.#warnOnce(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #warnOnce(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    // It may come back with the content it had.
    this.#state = undefined;
    this.#logger.warn({}, `hosts file ${this.#path} cannot be read: ${fault}`);
  }
}
