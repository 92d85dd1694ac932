/** What clients see of messages that have expired. */
import { describe, expect, test } from "vitest";
import { CacheScene } from "#test/support/cache-scene.ts";
import type { Next } from "../../contract.ts";

const NAME = "www.example.org. A";
const A = { answers: "www.example.org. 60 IN A 10.0.0.1" };
const B = { answers: "www.example.org. 60 IN A 10.0.0.2" };
const NXDOMAIN = {
  rcode: 3,
  authorities: "example.org. 40 IN SOA ns.example.org. root.example.org. 1 2 3 4 5",
};
const EMPTY = {};
const refusing: Next = async () => ({ kind: "refused", rcode: 2, plugin: "backend" });

/** A cache with an answer that has expired `seconds` ago. */
async function expired(option: string, seconds = 10): Promise<CacheScene> {
  const cache = new CacheScene(`cache {\n ${option}\n}`);
  cache.backend(A);
  await cache.ask(NAME);
  cache.pass(60 + seconds);
  return cache;
}

describe("how long", () => {
  test.each([
    ["serve_stale", 3599, true],
    ["serve_stale", 3600, false],
    ["serve_stale 2m", 119, true],
    ["serve_stale 2m", 120, false],
    ["serve_stale 0", 0, false],
    ["keepttl", 0, false],
  ])("%s, %i s behind its end: %s", async (option, seconds, isServed) => {
    const cache = await expired(option, seconds);
    cache.backend(refusing);
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe(
      isServed ? "NOERROR 0 10.0.0.1 by cache" : "SERVFAIL refused",
    );
    const counted = (await cache.metrics()).includes("served_stale_total 1");
    expect(counted).toBe(isServed);
  });
});

describe("immediate", () => {
  test("the expired message first, the new one from then on", async () => {
    const cache = await expired("serve_stale");
    cache.backend(B);
    expect(await cache.ask(NAME)).toBe("NOERROR 0 10.0.0.1 by cache");
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.2 by worker");
    expect(cache.asked.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
    expect(await cache.metrics()).toContain("prefetch_total 1");
  });

  test.each([
    ["serve_stale 1h immediate 30s", 30],
    ["serve_stale 1h immediate 30s\nkeepttl", 30],
    ["serve_stale\nkeepttl", 60],
  ])("%j shows a TTL of %i", async (option, ttl) => {
    const cache = await expired(option);
    cache.backend(refusing);
    expect(await cache.ask(NAME)).toBe(`NOERROR ${ttl} 10.0.0.1 by cache`);
  });

  test.each([
    ["serve_stale", [0, 0, 0], 3],
    ["serve_stale 1h immediate 0 30s", [0, 29, 1], 2],
  ])("%s, failing: asked again after %j s, %i times", async (option, gaps, times) => {
    const cache = await expired(option);
    cache.backend(refusing);
    for (const gap of gaps) {
      cache.pass(gap);
      expect(await cache.ask(NAME)).toBe("NOERROR 0 10.0.0.1 by cache");
      await cache.settle();
    }
    expect(cache.asked).toHaveLength(1 + times);
  });

  test.each([
    ["SERVFAIL", { rcode: 2 }],
    ["REFUSED", { rcode: 5 }],
    ["a cut answer", { ...B, truncated: true }],
    ["NXDOMAIN with answers", { ...B, rcode: 3 }],
  ])("%s does not take its place", async (_, reply) => {
    const cache = await expired("serve_stale");
    cache.backend(reply);
    for (const _round of [1, 2]) {
      expect(await cache.ask(NAME)).toBe("NOERROR 0 10.0.0.1 by cache");
      await cache.settle();
    }
  });

  test("a denial does", async () => {
    const cache = await expired("serve_stale");
    cache.backend(NXDOMAIN);
    await cache.ask(NAME);
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by cache");
  });
});

describe("verify", () => {
  test("a new answer goes before the expired one", async () => {
    const cache = await expired("serve_stale 1h verify");
    cache.backend(B);
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by backend");
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by cache");
    expect(cache.asked.map(({ transport }) => transport)).toEqual(["udp", "udp"]);
  });

  test("without one the expired one is given", async () => {
    const cache = await expired("serve_stale 1h verify 0 30s");
    cache.backend({ rcode: 2 });
    expect(await cache.ask(NAME)).toBe("NOERROR 30 10.0.0.1 by cache");
  });

  test.each([
    ["in time", "5s", 0, "NOERROR 60 10.0.0.2 by backend"],
    ["too late", "20ms", 60, "NOERROR 0 10.0.0.1 by cache"],
  ])("with a time-out, %s", async (_, timeout, delayMs, expected) => {
    const cache = await expired(`serve_stale 1h verify ${timeout}`);
    let asked = Promise.resolve();
    cache.backend((query) => {
      const late = new CacheScene("cache");
      late.backend(B);
      const verdict = new Promise<void>((resolve) => setTimeout(resolve, delayMs)).then(() =>
        late.serve(query),
      );
      asked = verdict.then(() => {});
      return verdict;
    });
    expect(await cache.ask(NAME)).toBe(expected);
    await asked;
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by cache");
  });

  test("after a failure it is given without asking, until it is time to look again", async () => {
    const cache = await expired("serve_stale 1h verify 0 0 30s");
    cache.backend(refusing);
    for (const gap of [0, 29, 1]) {
      cache.pass(gap);
      expect(await cache.ask(NAME)).toBe("NOERROR 0 10.0.0.1 by cache");
    }
    expect(cache.asked).toHaveLength(3);
  });
});

describe("prefer_positive", () => {
  const option = "serve_stale\nserve_stale_policy prefer_positive";

  test.each([
    ["a denial", NXDOMAIN],
    ["a failure", { rcode: 2 }],
    ["a reply without answers", EMPTY],
  ])("an expired answer goes before %s", async (_, reply) => {
    const cache = await expired(option);
    cache.backend(reply);
    for (const _round of [1, 2]) {
      expect(await cache.ask(NAME)).toBe("NOERROR 0 10.0.0.1 by cache");
      expect(cache.worker(NAME)).toBe("deferred");
      await cache.settle();
    }
    cache.backend(B);
    await cache.ask(NAME);
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.2 by worker");
  });

  test("until it is too old", async () => {
    const cache = await expired(option);
    cache.backend(NXDOMAIN);
    await cache.ask(NAME);
    cache.pass(3600);
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 0 by cache");
  });
});
