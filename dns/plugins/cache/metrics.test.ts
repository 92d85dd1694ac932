import { expect, test } from "vitest";
import { CacheScene } from "#test/support/cache-scene.ts";
import { query, testProcess } from "#test/support/plugin.ts";
import { replyTo } from "../../wire/reply.ts";
import { cacheMetrics } from "./metrics.ts";

const NAME = "www.example.org. A";
const A = { answers: "www.example.org. 60 IN A 10.0.0.1" };

test("what workers answer counts like what the plugin answers", async () => {
  const cache = new CacheScene("cache {\n serve_stale\n}");
  cache.backend(A);
  await cache.ask(NAME);
  await cache.ask(NAME);
  for (let n = 0; n < 3; n++) cache.worker(NAME);
  cache.backend({ rcode: 3, authorities: "test. 9 IN SOA a. b. 1 2 3 4 5" });
  await cache.ask("gone.test. A");
  cache.worker("gone.test. A");
  cache.pass(60);
  cache.worker(NAME);
  await cache.ask(NAME);
  expect(await cache.metrics()).toEqual([
    "requests_total 8",
    "hits_total success 5",
    "hits_total denial 1",
    "misses_total 2",
    "prefetch_total 1",
    "served_stale_total 1",
    "entries success 1",
    "entries denial 2",
  ]);
});

test("a reply to another question is dropped, not kept", async () => {
  const cache = new CacheScene("cache");
  const answers = await cache.serve(query(NAME));
  expect(answers.kind).toBe("refused");
  cache.backend(async () => ({
    kind: "replied",
    plugin: "backend",
    response: replyTo(query("other.example.org. A").message, {}),
  }));
  await cache.ask(NAME);
  expect(await cache.metrics()).toEqual(
    expect.arrayContaining(["drops_total 1", "entries success 0"]),
  );
});

test("what is too much goes, first in the workers' memory", async () => {
  const cache = new CacheScene("cache {\n success 1024\n}");
  cache.backend(async ({ message }) => ({
    kind: "replied",
    plugin: "backend",
    response: replyTo(message, {}),
  }));
  const names = Array.from({ length: 1034 }, (_, n) => `n${n}.test. A`);
  for (const name of names) await cache.ask(name);
  expect(names.map((name) => cache.worker(name)).indexOf("NOERROR by worker")).toBe(10);
  expect(await cache.metrics()).toEqual(
    expect.arrayContaining(["evictions_total success 10", "entries success 1024"]),
  );
});

test("counts of one listener and zones outlive the cache that made them, its size does not", async () => {
  const { services } = testProcess();
  const metrics = cacheMetrics(services);
  metrics.countsOf("dns://:53", ".").misses = 3;
  const labels = { servers: ["dns://:53"], zones: ".", sharedBytes: 100 };
  const hide = metrics.show({ ...labels, size: () => 7 });
  const hideSecond = metrics.show({ ...labels, size: () => 1 });
  const shown = async () =>
    (await services.metrics.metrics())
      .split("\n")
      .filter((line) => /^(coredns|fairlead)_cache_/.test(line));
  expect(await shown()).toEqual([
    'coredns_cache_misses_total{server="dns://:53",zones=".",view=""} 3',
    'coredns_cache_entries{server="dns://:53",type="success",zones=".",view=""} 8',
    'coredns_cache_entries{server="dns://:53",type="denial",zones=".",view=""} 8',
    "fairlead_cache_shared_bytes 200",
  ]);
  hide();
  hideSecond();
  expect(metrics.countsOf("dns://:53", ".").misses).toBe(3);
  expect(await shown()).toEqual([
    'coredns_cache_misses_total{server="dns://:53",zones=".",view=""} 3',
    "fairlead_cache_shared_bytes 0",
  ]);
});
