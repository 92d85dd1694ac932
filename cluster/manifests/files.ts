import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "#observe/contract.ts";
import type { Pool } from "../objects/pool.ts";
import { ManifestError } from "./errors.ts";
import { type Manifest, parseManifests } from "./parse.ts";

const extensions = new Set([".yaml", ".yml", ".json"]);

interface KnownFile {
  readonly contentHash: string;
  /** Of the last content without a fault. */
  readonly manifests: readonly Manifest[];
  readonly isGood: boolean;
}

/**
 * The manifest files of a directory (not of those below it) and what they hold. Content is told apart by its hash:
 * times and inodes say nothing where a ConfigMap volume swaps its ..data link.
 */
export class ManifestFiles {
  readonly #directory: string;
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #known = new Map<string, KnownFile>();
  #listingProblem = "";

  constructor(directory: string, pool: Pool, logger: Logger) {
    this.#directory = directory;
    this.#pool = pool;
    this.#logger = logger;
  }

  /** True when the directory has been read and each of its files was good at least as it stands now. */
  get isComplete(): boolean {
    return this.#listingProblem === "" && [...this.#known.values()].every((file) => file.isGood);
  }

  /** Looks at all files again. False when what they hold is as before. */
  async refresh(): Promise<boolean> {
    const names = await this.#list();
    if (names === undefined) return false;
    let changed = false;
    for (const name of this.#known.keys()) {
      if (!names.includes(name)) changed = this.#known.delete(name);
    }
    for (const name of names) changed = (await this.#refreshFile(name)) || changed;
    return changed;
  }

  /** All objects, in order of the file names. */
  manifests(): readonly { readonly file: string; readonly manifests: readonly Manifest[] }[] {
    return [...this.#known]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { manifests }]) => ({ file: path.join(this.#directory, name), manifests }));
  }

  async #list(): Promise<readonly string[] | undefined> {
    try {
      const names = await readdir(this.#directory);
      this.#listingProblem = "";
      return names.filter((it) => !it.startsWith(".") && extensions.has(path.extname(it)));
    } catch (error) {
      const { message } = error as Error; // node:fs throws nothing else
      if (message !== this.#listingProblem) this.#logger.error({ code: "FL-C003" }, message);
      this.#listingProblem = message;
      return undefined;
    }
  }

  async #refreshFile(name: string): Promise<boolean> {
    const file = path.join(this.#directory, name);
    const content = await readFile(file).catch((error: Error) => error);
    const known = this.#known.get(name);
    // An unreadable file is kept under its error's text, so that it too is reported once.
    const contentHash =
      content instanceof Error
        ? content.message
        : createHash("sha256").update(content).digest("base64");
    if (known?.contentHash === contentHash) return false;
    try {
      if (content instanceof Error) throw new ManifestError(file, 1, content.message);
      const manifests = parseManifests(file, content.toString("utf8"), this.#pool);
      this.#known.set(name, { contentHash, manifests, isGood: true });
      return true;
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      this.#known.set(name, { contentHash, manifests: known?.manifests ?? [], isGood: false });
      this.#logger.error({ code: error.code, file, line: error.line }, error.message);
      return false;
    }
  }
}
