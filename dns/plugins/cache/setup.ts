import { monotonicMs } from "../../answers/monotonic.ts";
import type { CompiledAnswers, Plugin, PluginInstance, SetupContext } from "../../contract.ts";
import type { CacheClock, CacheOptions } from "./contract.ts";
import { CacheHandler } from "./handler.ts";
import { Intake } from "./intake.ts";
import { cacheMetrics } from "./metrics.ts";
import { readCacheOptions } from "./options.ts";
import { Refresher } from "./refresher.ts";
import { CacheStore } from "./store.ts";

const NAME = "cache";

const systemClock: CacheClock = {
  monotonicMs,
  unixSeconds: () => Math.floor(Date.now() / 1000),
};

export const plugin: Plugin = {
  name: NAME,
  setup([directive], context) {
    if (directive === undefined) throw new RangeError("setup needs a directive");
    return createCache(readCacheOptions(directive, context.zones), context, systemClock);
  },
};

/** One cache for all listeners of the block. */
export function createCache(
  options: CacheOptions,
  context: SetupContext,
  clock: CacheClock,
): PluginInstance {
  const store = new CacheStore(options);
  const { publication } = store;
  const metrics = cacheMetrics(context);
  const zones = options.zones.join(",");
  const countsOf = (server: string) => metrics.countsOf(server, zones);
  const fresh = freshAnswers(context);
  const refresher = new Refresher({
    options,
    intake: new Intake(options, store, clock),
    publication,
    clock,
    logger: context.logger.child({ plugin: NAME }),
    isAlwaysFresh: (name) => fresh().has(name),
  });
  const isCompiled = (name: string) =>
    fresh()
      .values()
      .some((source) => source.knows(name));
  const { keepTtl, prefetch } = options;
  let hide = () => {};
  return {
    name: NAME,
    handler: new CacheHandler({ options, store, refresher, clock, countsOf, isCompiled }),
    fastPath: {
      kind: "caches",
      source: {
        table: publication.buffer,
        zones: options.zones,
        keepTtl,
        hitCounts: (server) => countsOf(server).workerHits,
        ...(prefetch === undefined ? {} : { prefetch }),
      },
    },
    async start() {
      hide = metrics.show({
        servers: context.servers,
        zones,
        size: (kind) => store.size(kind),
        get sharedBytes() {
          return publication.residentBytes;
        },
      });
    },
    async stop() {
      hide();
    },
  };
}

/**
 * Compiled answers by the plugin that they are of. They change with the cluster at once, and workers give them whatever
 * the cache holds: so must the plugin chain.
 */
function freshAnswers(context: SetupContext): () => ReadonlyMap<string, CompiledAnswers> {
  let found: ReadonlyMap<string, CompiledAnswers> | undefined;
  return () => {
    found ??= new Map(
      context
        .blockInstances()
        .flatMap(({ name, fastPath }) =>
          fastPath.kind === "answers" ? [[name, fastPath.source] as const] : [],
        ),
    );
    return found;
  };
}
