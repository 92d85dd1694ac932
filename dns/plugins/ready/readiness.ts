import type { HttpReply } from "#observe/http.ts";
import type { PluginInstance } from "../../contract.ts";

interface Watched {
  readonly instance: PluginInstance;
  readonly continuously: boolean;
  hasBeenReady: boolean;
}

/** What one address answers under /ready: the readiness of all plugins in the blocks that name it. */
export class Readiness {
  readonly #watched: Watched[] = [];
  readonly #isServing: () => boolean;
  #shuttingDown = false;

  /** @param isServing whether the process's listeners answer: nobody may be sent to it before */
  constructor(isServing: () => boolean) {
    this.#isServing = isServing;
  }

  /** Adds a block's plugins. Unless `continuously`, a plugin that was ready once counts as ready for good. */
  watch(instances: readonly PluginInstance[], continuously: boolean): void {
    for (const instance of instances) {
      if (instance.ready !== undefined)
        this.#watched.push({ instance, continuously, hasBeenReady: false });
    }
  }

  /** From now on the process is not ready, so that no new clients are sent to it. */
  shutDown(): void {
    this.#shuttingDown = true;
  }

  reply(): HttpReply {
    if (this.#shuttingDown) return { status: 503, body: "Shutting down" };
    const missing = this.#missing();
    if (missing.length === 0 && !this.#isServing()) return { status: 503, body: "Starting" };
    return missing.length === 0
      ? { status: 200, body: "OK" }
      : { status: 503, body: missing.join(",") };
  }

  /** Names of the plugins that are not ready, sorted. */
  #missing(): string[] {
    const names = new Set<string>();
    for (const watched of this.#watched) {
      if (watched.hasBeenReady && !watched.continuously) continue;
      watched.hasBeenReady = watched.instance.ready?.() ?? true;
      if (!watched.hasBeenReady) names.add(watched.instance.name);
    }
    return [...names].sort();
  }
}
