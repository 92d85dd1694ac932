/** What spans several queries: health, coalescing, limits, connections, directives after one another. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type QueryOptions, query, serve } from "#test/support/plugin.ts";
import { closeScenes, directives, samples, scene, upstream } from "#test/upstream/forward-scene.ts";
import {
  answer,
  close,
  delayed,
  drop,
  inTurn,
  replyWith,
  type Script,
  thenAlways,
} from "#test/upstream/script.ts";
import type { Verdict } from "../../contract.ts";

afterEach(closeScenes);

const A = answer("10.0.0.1");
const B = answer("10.0.0.2");
const NAME = "www.example.org. A";

/** Waits until something holds; a test that waits in vain fails with what it saw last. */
async function eventually<T>(look: () => T | Promise<T>, expected: T): Promise<void> {
  let seen = await look();
  for (let step = 0; step < 2000; step++) {
    if (JSON.stringify(seen) === JSON.stringify(expected)) return;
    await sleep(10);
    seen = await look();
  }
  expect(seen).toEqual(expected);
}

const value = (line = "") => line.slice(line.lastIndexOf(" ") + 1);

describe("health", () => {
  const QUICK = "health_check 20ms\nmax_fails 1\nmax_connect_attempts 1";
  /** Silence has to be waited for, and an answer must not come later than that. */
  const SILENCE = "read_timeout 500ms";
  const gauge = async ({ process }: Awaited<ReturnType<typeof scene>>) =>
    (await samples(process, "fairlead_forward_healthy{")).map(value);

  test("an upstream that works is never checked", async () => {
    const { upstreams, ask } = await scene([A], QUICK);
    await ask(NAME);
    await sleep(60);
    expect(upstreams[0]?.healthChecks).toEqual([]);
  });

  test("after a failure it is checked until it answers", async () => {
    const health = thenAlways(inTurn(), replyWith({ rcode: 5 }));
    const { upstreams, ask } = await scene(
      [thenAlways(drop, A)],
      `${QUICK}\n${SILENCE}\nmax_fails 9`,
      health,
    );
    await ask(NAME);
    await eventually(() => upstreams[0]?.healthChecks.length, 2);
    await sleep(60);
    expect(upstreams[0]?.healthChecks).toHaveLength(2);
    expect(await ask(NAME)).toBe("NOERROR 10.0.0.1");
  });

  test.each([
    ["", ".", true],
    ["no_rec", ".", false],
    ["domain health.Example.org", "health.example.org.", true],
    ["no_rec domain health.example.org", "health.example.org.", false],
  ])("health_check 20ms %s asks for %s, RD %s", async (words, name, recursionDesired) => {
    const { upstreams, ask } = await scene(
      [drop],
      `${QUICK}\n${SILENCE}\nhealth_check 20ms ${words}`,
    );
    await ask(NAME);
    const checks = () => [...(upstreams[0]?.healthChecks ?? []), ...(upstreams[0]?.asked ?? [])];
    const isCheck = ({ message }: ReturnType<typeof checks>[number]) =>
      message.questions[0]?.type === 2;
    await eventually(() => checks().some(isCheck), true);
    const check = checks().find(isCheck);
    expect(check?.message.questions).toEqual([{ name, type: 2, class: 1 }]);
    expect(check?.message.flags.recursionDesired).toBe(recursionDesired);
    expect(check?.transport).toBe("udp");
  });

  test("with force_tcp it is checked over TCP", async () => {
    const { upstreams, ask } = await scene([thenAlways(close, A)], `${QUICK}\nforce_tcp`);
    await ask(NAME);
    await eventually(() => upstreams[0]?.healthChecks.map(({ transport }) => transport), ["tcp"]);
  });

  test("it goes down, is passed over, and comes back", async () => {
    const [first, second] = [await upstream(close, close), await upstream(B)];
    const to = `${first.label} ${second.label}`;
    const running = await directives(
      [first, second],
      `forward . ${to} {\npolicy sequential\n${QUICK}\nforce_tcp\nmax_connect_attempts 0\n}`,
    );
    const sorted = async () => (await gauge(running)).sort();
    expect(await sorted()).toEqual(["1", "1"]);
    expect(await running.ask(NAME)).toBe("NOERROR 10.0.0.2");
    await eventually(sorted, ["0", "1"]);
    const before = first.asked.length;
    expect(await running.ask(NAME)).toBe("NOERROR 10.0.0.2");
    expect(first.asked).toHaveLength(before);
    first.follow(A);
    await eventually(sorted, ["1", "1"]);
    expect(await running.ask(NAME)).toBe("NOERROR 10.0.0.1");
  });

  test.each([
    ["", "NOERROR 10.0.0.1", 1],
    ["failfast_all_unhealthy_upstreams", "SERVFAIL: no healthy proxies", 0],
  ])("all down, with %j: %s", async (option, expected, asked) => {
    const options = `${QUICK}\nforce_tcp\n${option}`;
    const running = await scene([thenAlways(close, A)], options, close);
    await running.ask(NAME);
    await eventually(() => gauge(running), ["0"]);
    expect(await running.ask(NAME)).toBe(expected);
    expect(running.upstreams[0]?.asked).toHaveLength(1 + asked);
    const broken = await samples(running.process, "coredns_forward_healthcheck_broken_total");
    expect(broken.map(value)).toEqual(["1"]);
  });

  test("max_fails 0: never checked, never down", async () => {
    const running = await scene([drop], `${QUICK}\n${SILENCE}\nmax_fails 0`);
    await running.ask(NAME);
    await sleep(60);
    expect(running.upstreams[0]?.healthChecks).toEqual([]);
    expect(await gauge(running)).toEqual(["1"]);
  });

  test("what stops is not shown any more", async () => {
    const running = await scene([A], QUICK);
    await running.instance.stop?.();
    expect(await gauge(running)).toEqual([]);
  });
});

describe("identical queries under way", () => {
  const SLOW: Script = delayed(150, A);
  const ask = (running: Awaited<ReturnType<typeof scene>>, text: string, options?: QueryOptions) =>
    serve(running.instance, query(text, options));
  const response = (verdict: Verdict) =>
    verdict.kind === "replied" ? verdict.response : undefined;

  test("are one query upstream; each client has its own ID and case", async () => {
    const running = await scene([SLOW], "");
    const texts = ["www.example.org. A", "WWW.example.ORG. A", "www.Example.org. A"];
    const verdicts = await Promise.all(texts.map((text, id) => ask(running, text, { id })));
    expect(running.upstreams[0]?.asked).toHaveLength(1);
    expect(verdicts.map(response).map((reply) => [reply?.id, reply?.questions[0]?.name])).toEqual(
      texts.map((text, id) => [id, text.split(" ")[0]]),
    );
    const coalesced = await samples(running.process, "fairlead_forward_coalesced_total");
    expect(coalesced.map(value)).toEqual(["2"]);
  });

  test("fail together, and the next one asks anew", async () => {
    const running = await scene(
      [thenAlways(drop, A)],
      "read_timeout 500ms\nmax_connect_attempts 1",
    );
    const outcomes = await Promise.all([running.ask(NAME), running.ask(NAME)]);
    expect(new Set(outcomes)).toEqual(new Set(["SERVFAIL: read udp UPSTREAM: i/o timeout"]));
    expect(await running.ask(NAME)).toBe("NOERROR 10.0.0.1");
  });

  test.each<[string, string, QueryOptions]>([
    ["another name", "ww2.example.org. A", {}],
    ["another type", "www.example.org. AAAA", {}],
    ["another class", NAME, { class: 3 }],
    ["another protocol", NAME, { transport: "tcp" }],
    ["EDNS", NAME, { edns: {} }],
    ["DO", NAME, { edns: { dnssecOk: true } }],
  ])("%s makes two queries", async (_, text, options) => {
    const running = await scene([SLOW], "");
    await Promise.all([ask(running, NAME), ask(running, text, options)]);
    expect(running.upstreams[0]?.asked).toHaveLength(2);
  });

  test("varying what does not matter opens eight at most", async () => {
    const running = await scene([SLOW], "");
    const sizes = Array.from({ length: 30 }, (_, index) => 600 + index);
    const verdicts = await Promise.all(
      sizes.map((udpPayloadBytes) => ask(running, NAME, { edns: { udpPayloadBytes } })),
    );
    expect(running.upstreams[0]?.asked).toHaveLength(8);
    expect(verdicts.map((verdict) => response(verdict)?.edns?.udpPayloadBytes)).toEqual(sizes);
  });
});

test("IDs and source ports are different each time", async () => {
  const { upstreams, ask } = await scene([A], "");
  for (let index = 0; index < 40; index++) await ask(`n${index}.example.org. A`);
  const asked = upstreams[0]?.asked ?? [];
  // Forty draws of 16 bits meet once in eighty runs, so one pair is let pass; ports have fewer bits.
  expect(new Set(asked.map(({ message }) => message.id)).size).toBeGreaterThanOrEqual(38);
  expect(new Set(asked.map(({ port }) => port)).size).toBeGreaterThanOrEqual(37);
});

test("what is above max_concurrent is refused and counted", async () => {
  const { process, ask } = await scene([delayed(100, A)], "max_concurrent 2");
  const names = ["a.test. A", "b.test. A", "c.test. A"];
  expect(await Promise.all(names.map((name) => ask(name)))).toEqual([
    "NOERROR 10.0.0.1",
    "NOERROR 10.0.0.1",
    "REFUSED: concurrent queries exceeded maximum 2",
  ]);
  const rejects = await samples(process, "coredns_forward_max_concurrent_rejects_total");
  expect(rejects.map(value)).toEqual(["1"]);
  expect(await ask("d.test. A")).toBe("NOERROR 10.0.0.1");
});

test("a port where nobody listens is known at once, and not asked in a busy loop", async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  const lines = `forward . 127.0.0.1:${port} {\nmax_connect_attempts 4\nread_timeout 30s\n}`;
  const { process, ask } = await directives([], lines);
  expect(await ask(NAME)).toBe("SERVFAIL: read udp UPSTREAM: connection refused");
  const opened = await samples(process, "coredns_proxy_conn_cache_misses_total");
  expect(opened.map(value).map(Number).at(0)).toBeGreaterThanOrEqual(4);
});

describe("TCP connections", () => {
  const TCP = { transport: "tcp" } as const;
  const hits = async ({ process }: Awaited<ReturnType<typeof scene>>) =>
    (await samples(process, "coredns_proxy_conn_cache_hits_total")).map(value);

  test("are used again", async () => {
    const running = await scene([A], "");
    for (const name of ["a", "b", "c"]) await running.ask(`${name}.test. A`, TCP);
    expect(running.upstreams[0]?.connections()).toBe(1);
    expect(await hits(running)).toEqual(["2"]);
  });

  test("that the peer closed meanwhile are replaced without a failure", async () => {
    const answerOnce = thenAlways(A, close, B);
    const running = await scene([answerOnce], "max_connect_attempts 1");
    expect(await running.ask("a.test. A", TCP)).toBe("NOERROR 10.0.0.1");
    expect(await running.ask("b.test. A", TCP)).toBe("NOERROR 10.0.0.2");
    expect(running.upstreams[0]?.connections()).toBe(2);
    expect(running.upstreams[0]?.healthChecks).toEqual([]);
  });

  test.each([
    ["expire 30ms", 3],
    ["expire 0", 3],
    ["expire 20ms\nmax_age 40ms", 3],
    ["expire 10s", 1],
  ])("with %j, asked thrice with a pause of 80 ms: %i", async (options, connections) => {
    const running = await scene([A], options);
    for (const name of ["a", "b", "c"]) {
      await running.ask(`${name}.test. A`, TCP);
      await sleep(80);
    }
    expect(running.upstreams[0]?.connections()).toBe(connections);
  });

  test("beyond max_idle_conns they are not kept", async () => {
    const running = await scene([delayed(50, A)], "max_idle_conns 1");
    const burst = (names: readonly string[]) =>
      Promise.all(names.map((name) => running.ask(`${name}.test. A`, TCP)));
    await burst(["a", "b", "c"]);
    await burst(["d", "e"]);
    expect(running.upstreams[0]?.connections()).toBe(4);
  });

  test("force_tcp takes queries over UDP there too", async () => {
    const running = await scene([A], "force_tcp\nprefer_udp");
    await running.ask(NAME);
    expect(running.upstreams[0]?.asked.map(({ transport }) => transport)).toEqual(["tcp"]);
  });

  test("prefer_udp takes queries over TCP to UDP", async () => {
    const running = await scene([A], "prefer_udp");
    await running.ask(NAME, TCP);
    expect(running.upstreams[0]?.asked.map(({ transport }) => transport)).toEqual(["udp"]);
  });
});

describe("several directives", () => {
  const NXDOMAIN = replyWith({ rcode: 3 });
  const NODATA = replyWith({});
  const C = answer("10.0.0.3");
  const behind = "REFUSED: the plugin behind";

  test.each<[string, readonly Script[], string, string]>([
    ["the first that matches", [A, B], "forward example.org 0\nforward . 1", "NOERROR 10.0.0.1"],
    ["in the order written", [A, B], "forward . 0\nforward example.org 1", "NOERROR 10.0.0.1"],
    ["another zone", [A, B], "forward example.net 0\nforward . 1", "NOERROR 10.0.0.2"],
    ["no zone", [A], "forward example.net 0", behind],
    ["except", [A, B], "forward . 0 {\nexcept example.org\n}\nforward . 1", "NOERROR 10.0.0.2"],
    ["except, alone", [A], "forward . 0 {\nexcept a.test www.example.org\n}", behind],
    ["except FROM itself", [A], "forward www.example.org 0 {\nexcept org\n}", "NOERROR 10.0.0.1"],
    ["next", [NXDOMAIN, B], "forward . 0 {\nnext NXDOMAIN\n}\nforward . 1", "NOERROR 10.0.0.2"],
    [
      "next, another rcode",
      [NXDOMAIN, B],
      "forward . 0 {\nnext REFUSED\n}\nforward . 1",
      "NXDOMAIN",
    ],
    ["next, last", [NXDOMAIN], "forward . 0 {\nnext NXDOMAIN\n}", "NXDOMAIN"],
    [
      "next twice",
      [NXDOMAIN, NODATA, C],
      "forward . 0 {\nnext NXDOMAIN\n}\nforward . 1 {\nnext_on_nodata\n}\nforward . 2",
      "NOERROR 10.0.0.3",
    ],
    [
      "next to one that does not match",
      [NXDOMAIN, B],
      "forward . 0 {\nnext NXDOMAIN\n}\nforward test 1",
      behind,
    ],
    [
      "next_on_nodata, with data",
      [A, B],
      "forward . 0 {\nnext_on_nodata\n}\nforward . 1",
      "NOERROR 10.0.0.1",
    ],
  ])("%s", async (_, scripts, lines, expected) => {
    const upstreams = await Promise.all(scripts.map((script) => upstream(script)));
    const written = lines.replace(/ (\d)/g, (_all, index) => ` ${upstreams[Number(index)]?.label}`);
    const { ask } = await directives(upstreams, written);
    expect(await ask("www.Example.org. A")).toBe(expected);
  });
});

test("round_robin takes turns, sequential does not", async () => {
  const upstreams = await Promise.all([A, B, answer("10.0.0.3")].map((script) => upstream(script)));
  const to = upstreams.map(({ label }) => label).join(" ");
  const turns = async (policy: string) => {
    const { ask } = await directives(upstreams, `forward . ${to} {\npolicy ${policy}\n}`);
    const outcomes: string[] = [];
    for (const name of ["a", "b", "c", "d"])
      outcomes.push((await ask(`${name}.test. A`)).slice(-1));
    return outcomes.join("");
  };
  expect(await turns("round_robin")).toBe("2312");
  expect(await turns("sequential")).toBe("1111");
  expect(await turns("random")).toMatch(/^[123]{4}$/);
});
