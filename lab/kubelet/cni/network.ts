import { type CachedAttachment, ResultCache } from "./cache.ts";
import { CniError } from "./cni-error.ts";
import { firstNetworkList } from "./configuration.ts";
import type { Attachment, CniPaths, RunPlugin } from "./contract.ts";
import { runList } from "./invoke.ts";
import { pluginRunner } from "./run-plugin.ts";

/** The pod network of this node, as a container runtime has it through libcni. */
export class PodNetwork {
  readonly #paths: CniPaths;
  readonly #cache: ResultCache;
  readonly #run: RunPlugin;

  constructor(paths: CniPaths, run: RunPlugin = pluginRunner(paths.programs)) {
    this.#paths = paths;
    this.#cache = new ResultCache(paths.results);
    this.#run = run;
  }

  /** Undefined when pods can be attached, or why not. */
  whyNotReady(): string | undefined {
    try {
      const list = firstNetworkList(this.#paths.configurations);
      return list === undefined ? "cni plugin not initialized" : undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /**
   * Attaches and gives the addresses, without prefix lengths. After a refusal what had been done is undone.
   * @throws CniError
   */
  async add(attachment: Attachment): Promise<readonly string[]> {
    const list = firstNetworkList(this.#paths.configurations);
    if (list === undefined) throw new CniError("cni plugin not initialized");
    const { programs } = this.#paths;
    try {
      const result = (await runList("ADD", list, attachment, programs, this.#run)) ?? {};
      this.#cache.put({ list, attachment, result });
      return (result.ips ?? []).map(({ address }) => address.split("/")[0] ?? "");
    } catch (error) {
      await runList("DEL", list, attachment, programs, this.#run).catch(() => {});
      throw error;
    }
  }

  /** @throws CniError when the network is not as ADD left it */
  async check(containerId: string): Promise<void> {
    for (const { list, attachment, result } of this.#cache.of(containerId))
      if (!list.disableCheck)
        await runList("CHECK", list, attachment, this.#paths.programs, this.#run, result);
  }

  /** Detaches whatever the container was attached to. @throws CniError; then it is to be called again */
  async delete(containerId: string): Promise<void> {
    for (const cached of this.#cache.of(containerId)) await this.#delete(cached);
  }

  /** Containers that someone attached and nobody has detached. */
  attached(): readonly string[] {
    return [...new Set(this.#cache.all().map(({ attachment }) => attachment.containerId))];
  }

  async #delete(cached: CachedAttachment): Promise<void> {
    const { list, attachment, result } = cached;
    await runList("DEL", list, attachment, this.#paths.programs, this.#run, result);
    this.#cache.delete(cached);
  }
}
