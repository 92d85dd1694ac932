/** A cache over a scripted backend and a clock that stands still until it is moved. */
import type { Next, Plugin, PluginInstance, Query, Verdict } from "#dns/contract.ts";
import type { CacheClock } from "#dns/plugins/cache/contract.ts";
import { readCacheOptions } from "#dns/plugins/cache/options.ts";
import { createCache } from "#dns/plugins/cache/setup.ts";
import { CachedPath } from "#dns/server/cached-path.ts";
import { DEFER, memoryOf } from "#dns/server/in-place.ts";
import { compilePlan } from "#dns/server/plan-compiler.ts";
import { ReceivedQuestion } from "#dns/server/question.ts";
import { rcodeName } from "#dns/wire/constants.ts";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { type ReplyParts, replyTo } from "#dns/wire/reply.ts";
import { records } from "#test/zone-text/zone-text.ts";
import { load, type QueryOptions, query, serve, type TestProcess, testProcess } from "./plugin.ts";

const WORKER_MEMORY_BYTES = 4096;
const WORKER = 0;

/** Records of the three sections as zone text, and how the rest of the reply differs from an empty NOERROR. */
export interface BackendReply extends Omit<ReplyParts, "answers" | "authorities" | "additionals"> {
  readonly answers?: string;
  readonly authorities?: string;
  readonly additionals?: string;
}

export class CacheScene {
  readonly process: TestProcess = testProcess();
  readonly instance: PluginInstance;
  /** How long before now the worker has looked at the clock. */
  workerLagMs = 0;
  /** Queries that reached the backend. */
  readonly asked: Query[] = [];
  #backend: Next = async () => ({ kind: "refused", rcode: 2, plugin: "backend" });
  #nowMs = 5_000_000;
  readonly #memory = memoryOf(new Uint8Array(WORKER_MEMORY_BYTES));
  readonly #question = new ReceivedQuestion(this.#memory);
  readonly #worker: CachedPath;

  /** @param lines of a server block for the root, with the cache directive */
  constructor(lines: string, others: readonly PluginInstance[] = []) {
    const clock: CacheClock = {
      monotonicMs: () => this.#nowMs,
      unixSeconds: () => 1_700_000_000 + this.#nowMs / 1000,
    };
    const stubs = others.map(({ name }) => ({
      name,
      plugin: { name, setup: () => others.find((other) => other.name === name) as PluginInstance },
    }));
    const plugin: Plugin = {
      name: "cache",
      setup: ([directive], context) => {
        if (directive === undefined) throw new RangeError("setup needs a directive");
        return createCache(readCacheOptions(directive, context.zones), context, clock);
      },
    };
    const [block] = load(
      `.:53 {\n${lines}\n}`,
      [{ name: "cache", plugin }, ...stubs],
      this.process.services,
    );
    const instance = block?.instances.find(({ name }) => name === "cache");
    if (block === undefined || instance === undefined) throw new Error(`no cache in '${lines}'`);
    this.instance = instance;
    void instance.start?.();
    const { caches } = compilePlan([{ server: "dns://:53", zone: ".", block, counters: 0 }]);
    if (caches === undefined) throw new Error("workers may not look into the cache");
    this.#worker = new CachedPath(
      caches,
      WORKER,
      { count: () => {} },
      () => this.#nowMs - this.workerLagMs,
    );
  }

  pass(seconds: number): void {
    this.#nowMs += Math.round(seconds * 1000);
  }

  /** What the plugins behind the cache say from now on. */
  backend(next: Next | BackendReply): void {
    this.#backend = typeof next === "function" ? next : replyingWith(next);
  }

  serve(asked: Query): Promise<Verdict> {
    return serve(this.instance, asked, async (passed) => {
      this.asked.push(passed);
      return this.#backend(passed);
    });
  }

  /** "NOERROR 30 10.0.0.1 by backend": the rcode, the TTLs that the reply shows, its answers, and who gave them. */
  async ask(text: string, options?: QueryOptions): Promise<string> {
    const verdict = await this.serve(query(text, options));
    if (verdict.kind === "refused") return `${rcodeName(verdict.rcode)} refused`;
    return `${summary(verdict.response)} by ${verdict.plugin}`;
  }

  /** What a worker sends for the query, undefined when it leaves it to the chain. */
  workerReply({ message, transport }: Query): Message | undefined {
    const bytes = encodeMessage(message);
    this.#memory.bytes.set(bytes);
    if (!this.#question.read(0, bytes.length, transport === "tcp")) return undefined;
    this.#worker.enter();
    const length = this.#worker.answer(this.#question, WORKER_MEMORY_BYTES);
    this.#worker.leave();
    return length === DEFER ? undefined : decodeMessage(this.#memory.bytes.slice(0, length));
  }

  /** As ask(), of a worker. */
  worker(text: string, options?: QueryOptions): string {
    const reply = this.workerReply(query(text, options));
    return reply === undefined ? "deferred" : `${summary(reply)} by worker`;
  }

  /** Lets what goes on in the background come to its end. */
  async settle(): Promise<void> {
    await new Promise(setImmediate);
  }

  /** Samples of the cache's metrics: "hits_total success 3", without what all have in common. */
  async metrics(): Promise<string[]> {
    const text = await this.process.metrics.metrics();
    return text.split("\n").flatMap((line) => {
      const found = /^coredns_cache_(\w+)\{(.*)\} (\S+)$/.exec(line);
      if (found === null) return [];
      const [, name = "", labels = "", value = ""] = found;
      const [, type] = /type="(\w+)"/.exec(labels) ?? [];
      return [[name, ...(type === undefined ? [] : [type]), value].join(" ")];
    });
  }
}

function replyingWith({ answers, authorities, additionals, ...rest }: BackendReply): Next {
  return async ({ message }) => ({
    kind: "replied",
    plugin: "backend",
    response: replyTo(message, {
      ...rest,
      answers: records(answers ?? ""),
      authorities: records(authorities ?? ""),
      additionals: records(additionals ?? ""),
    }),
  });
}

function summary({ rcode, answers, authorities, additionals }: Message): string {
  const all = [...answers, ...authorities, ...additionals];
  const ttls = new Set(all.map(({ ttlSeconds }) => ttlSeconds));
  const shown = answers.map((record) => ("address" in record ? record.address : record.type));
  return [rcodeName(rcode), ...ttls, ...shown].join(" ");
}
