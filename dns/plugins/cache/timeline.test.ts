/** What clients see as time goes by. */
import { describe, expect, test } from "vitest";
import { CacheScene } from "#test/support/cache-scene.ts";
import { records } from "#test/zone-text/zone-text.ts";
import { replyTo } from "../../wire/reply.ts";

const NAME = "www.example.org. A";
const A = { answers: "www.example.org. 60 IN A 10.0.0.1", recursionAvailable: true };
const B = { answers: "www.example.org. 60 IN A 10.0.0.2", recursionAvailable: true };
const NXDOMAIN = {
  rcode: 3,
  authorities: "example.org. 40 IN SOA ns.example.org. root.example.org. 1 2 3 4 5",
};
const SERVFAIL = { rcode: 2 };

function scene(lines: string, reply: Parameters<CacheScene["backend"]>[0] = A): CacheScene {
  const made = new CacheScene(lines);
  made.backend(reply);
  return made;
}

describe("TTLs", () => {
  test("count down until the reply expires, in the plugin and in the workers", async () => {
    const cache = scene("cache");
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by backend");
    cache.backend(B);
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by cache");
    cache.pass(59);
    expect(await cache.ask(NAME)).toBe("NOERROR 1 10.0.0.1 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 1 10.0.0.1 by worker");
    cache.pass(1);
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.2 by backend");
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.2 by worker");
  });

  test("count whole seconds, whenever they begin", async () => {
    const cache = scene("cache");
    cache.pass(0.7);
    await cache.ask(NAME);
    for (const [seconds, left] of [
      [0.3, 60],
      [0.699, 60],
      [0.001, 59],
      [0.999, 59],
      [57.999, 1],
      [0.001, 1],
    ] as const) {
      cache.pass(seconds);
      expect(await cache.ask(NAME)).toBe(`NOERROR ${left} 10.0.0.1 by cache`);
      expect(cache.worker(NAME)).toBe(`NOERROR ${left} 10.0.0.1 by worker`);
    }
    cache.pass(0.001);
    expect(cache.worker(NAME)).toBe("deferred");
  });

  test("never exceed what was kept, though a worker looked at the clock before it was", async () => {
    const cache = scene("cache");
    cache.workerLagMs = 3;
    await cache.ask(NAME);
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.1 by worker");
  });

  test("keepttl shows what was kept, until it expires all the same", async () => {
    const cache = scene("cache {\n keepttl\n}");
    await cache.ask(NAME);
    cache.pass(59);
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.1 by worker");
    cache.pass(1);
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by backend");
  });

  test.each([
    ["cache", "www.example.org. 7200 IN A 10.0.0.1", 3600],
    ["cache 30", "www.example.org. 7200 IN A 10.0.0.1", 30],
    ["cache", "www.example.org. 0 IN A 10.0.0.1", 5],
    ["cache 3", "www.example.org. 1 IN A 10.0.0.1", 3],
    ["cache {\n success 1000 100 50\n}", "www.example.org. 20 IN A 10.0.0.1", 50],
    ["cache", "www.example.org. 90 IN A 10.0.0.1\nwww.example.org. 70 IN A 10.0.0.1", 70],
  ])("%j: a reply with %j is kept for %i s", async (lines, answers, ttl) => {
    const cache = scene(lines, { answers });
    expect(await cache.ask(NAME)).toContain(`NOERROR ${ttl} 10.0.0.1`);
    cache.pass(ttl - 1);
    expect(await cache.ask(NAME)).toContain("by cache");
    cache.pass(1);
    expect(await cache.ask(NAME)).toContain("by backend");
  });

  test("a reply that may not be kept has them cut just the same", async () => {
    const cache = scene("cache {\n disable success\n}");
    cache.backend({ answers: "www.example.org. 7200 IN A 10.0.0.1" });
    expect(await cache.ask(NAME)).toBe("NOERROR 3600 10.0.0.1 by backend");
    expect(await cache.ask(NAME)).toBe("NOERROR 3600 10.0.0.1 by backend");
  });
});

describe("what a reply is kept under", () => {
  test.each([
    ["another type", "www.example.org. AAAA", {}, "www.example.org. 60 IN AAAA fd00::1"],
    ["another name", "ww.example.org. A", {}, "ww.example.org. 60 IN A 10.0.0.2"],
    ["DO", NAME, { edns: { dnssecOk: true } }, "www.example.org. 60 IN A 10.0.0.2"],
    ["CD", NAME, { checkingDisabled: true }, "www.example.org. 60 IN A 10.0.0.2"],
  ] as const)("%s is another reply", async (_, text, options, answers) => {
    const cache = scene("cache");
    await cache.ask(NAME);
    expect(cache.worker(text, options)).toBe("deferred");
    cache.backend({ answers });
    expect(await cache.ask(text, options)).toContain("by backend");
    expect(await cache.ask(text, options)).toContain("by cache");
    expect(cache.worker(text, options)).toContain("by worker");
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.1 by worker");
  });

  test("the case, EDNS without DO and the transport make no difference", async () => {
    const cache = scene("cache");
    await cache.ask(NAME);
    expect(await cache.ask("wWw.Example.ORG. A")).toContain("by cache");
    expect(await cache.ask(NAME, { edns: {} })).toContain("by cache");
    expect(await cache.ask(NAME, { transport: "tcp" })).toContain("by cache");
  });

  test.each([
    ["another class", "cache", { class: 3 }],
    ["a name elsewhere", "cache example.net", {}],
  ])("%s passes through unchanged", async (_, lines, options) => {
    const cache = scene(lines, { answers: "www.example.org. 1 IN A 10.0.0.1" });
    await cache.ask(NAME, options);
    expect(await cache.ask(NAME, options)).toBe("NOERROR 1 10.0.0.1 by backend");
    expect(await cache.metrics()).toEqual(["entries success 0", "entries denial 0"]);
  });

  test("what nobody has answered is not kept", async () => {
    const cache = scene("cache", async () => ({ kind: "refused", rcode: 2, plugin: "backend" }));
    expect(await cache.ask(NAME)).toBe("SERVFAIL refused");
    expect(await cache.ask(NAME)).toBe("SERVFAIL refused");
    expect(cache.asked).toHaveLength(2);
  });
});

describe("denials and failures", () => {
  test("a denial is kept for the TTL of its SOA record", async () => {
    const cache = scene("cache", NXDOMAIN);
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by backend");
    cache.pass(39);
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 1 by cache");
    expect(cache.worker(NAME)).toBe("NXDOMAIN 1 by worker");
    cache.pass(1);
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by backend");
  });

  test.each([
    ["cache", 5],
    ["cache {\n servfail 1m\n}", 60],
    ["cache {\n servfail 0\n}", 0],
  ])("%j: a failure is kept for %i s", async (lines, seconds) => {
    const cache = scene(lines, SERVFAIL);
    expect(await cache.ask(NAME)).toBe("SERVFAIL by backend");
    if (seconds > 0) {
      expect(cache.worker(NAME)).toBe("SERVFAIL by worker");
      cache.pass(seconds - 1);
      expect(await cache.ask(NAME)).toBe("SERVFAIL by cache");
      cache.pass(1);
    }
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe("SERVFAIL by backend");
  });

  test("a live answer goes before a failure that came later, and a denial before an answer", async () => {
    const cache = scene("cache {\n prefetch 1 1m 90%\n}");
    await cache.ask(NAME);
    cache.pass(10);
    cache.backend(SERVFAIL);
    await cache.ask(NAME);
    await cache.settle();
    expect(await cache.metrics()).toContain("entries denial 1");
    expect(await cache.ask(NAME)).toBe("NOERROR 50 10.0.0.1 by cache");
    await cache.settle();
    cache.pass(1);
    cache.backend(NXDOMAIN);
    await cache.ask(NAME);
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by cache");
    expect(cache.worker(NAME)).toBe("NXDOMAIN 40 by worker");
    cache.pass(40);
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe("NOERROR 9 10.0.0.1 by cache");
  });
});

describe("prefetch", () => {
  const lines = "cache {\n prefetch 3 10s 50%\n}";

  test("a popular name is fetched once it nears its end, and keeps its popularity", async () => {
    const cache = scene(lines);
    await cache.ask(NAME);
    for (const second of [10, 20, 29]) {
      cache.pass(second === 29 ? 9 : 10);
      expect(await cache.ask(NAME)).toBe(`NOERROR ${60 - second} 10.0.0.1 by cache`);
    }
    cache.backend(B);
    cache.pass(1);
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.ask(NAME)).toBe("NOERROR 30 10.0.0.1 by cache");
    await cache.settle();
    expect(cache.asked.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
    expect(cache.worker(NAME)).toBe("NOERROR 60 10.0.0.2 by worker");
    for (const _ of [1, 2, 3]) {
      cache.pass(10);
      cache.worker(NAME);
    }
    expect(cache.worker(NAME)).toBe("deferred");
  });

  test("workers' answers count, gaps begin anew", async () => {
    const cache = scene(lines);
    await cache.ask(NAME);
    for (let query = 0; query < 5; query++) expect(cache.worker(NAME)).toContain("60");
    cache.pass(31);
    expect(cache.worker(NAME)).toBe("NOERROR 29 10.0.0.1 by worker");
    expect(cache.worker(NAME)).toBe("NOERROR 29 10.0.0.1 by worker");
    expect(cache.worker(NAME)).toBe("deferred");
    await cache.ask(NAME);
    await cache.settle();
    expect(cache.asked).toHaveLength(2);
  });

  test("it is fetched once at a time, and workers answer meanwhile", async () => {
    const cache = scene("cache {\n prefetch 1 1m 90%\n}");
    await cache.ask(NAME);
    cache.pass(30);
    let arrive = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    cache.backend(async () => {
      await arrival;
      return { kind: "refused", rcode: 2, plugin: "backend" };
    });
    expect(cache.worker(NAME)).toBe("deferred");
    for (const _ of [1, 2]) expect(await cache.ask(NAME)).toBe("NOERROR 30 10.0.0.1 by cache");
    expect(cache.worker(NAME)).toBe("NOERROR 30 10.0.0.1 by worker");
    expect(cache.asked).toHaveLength(2);
    arrive();
    await cache.settle();
    expect(cache.worker(NAME)).toBe("deferred");
    expect(await cache.metrics()).toContain("prefetch_total 1");
  });

  test("an answer that was fetched so takes a denial's place", async () => {
    const cache = scene("cache {\n prefetch 1 1m 90%\n}", NXDOMAIN);
    await cache.ask(NAME);
    cache.pass(30);
    cache.backend(A);
    expect(await cache.ask(NAME)).toBe("NXDOMAIN 10 by cache");
    await cache.settle();
    expect(await cache.ask(NAME)).toBe("NOERROR 60 10.0.0.1 by cache");
    expect(await cache.metrics()).toEqual(
      expect.arrayContaining(["entries success 1", "entries denial 0"]),
    );
  });

  test("without it the workers answer to the end and count nothing", async () => {
    const cache = scene("cache");
    await cache.ask(NAME);
    cache.pass(59);
    for (let query = 0; query < 5; query++) expect(cache.worker(NAME)).toContain("1 10.0.0.1");
  });
});

test("a compiled name is neither kept nor answered from what was kept before", async () => {
  let known = false;
  const source = {
    table: new SharedArrayBuffer(4),
    zones: [],
    knows: () => known,
  };
  const kubernetes = { name: "kubernetes", fastPath: { kind: "answers", source } } as const;
  const cache = new CacheScene("cache\nkubernetes", [kubernetes]);
  cache.backend(NXDOMAIN);
  expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by backend");
  expect(await cache.ask(NAME)).toBe("NXDOMAIN 40 by cache");
  known = true;
  cache.backend({ answers: "www.example.org. 1 IN A 10.0.0.1" });
  expect(await cache.ask(NAME)).toBe("NOERROR 1 10.0.0.1 by backend");
  known = false;
  cache.pass(40);
  cache.backend(async ({ message }) => ({
    kind: "replied",
    plugin: "kubernetes",
    response: replyTo(message, { answers: records("www.example.org. 1 IN A 10.0.0.1") }),
  }));
  for (const _ of [1, 2]) expect(await cache.ask(NAME)).toBe("NOERROR 1 10.0.0.1 by kubernetes");
});
