import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import {
  load,
  outcome,
  query,
  refusing,
  replying,
  serve,
  setUp,
  testProcess,
} from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { replyTo } from "../../wire/reply.ts";
import { LoopDetector } from "./detector.ts";
import { randomName } from "./probe.ts";
import { plugin } from "./setup.ts";

test.each([
  ["loop", "ok"],
  ["loop now", "Corefile:2: 'now' is too many; it is written: loop"],
  ["loop {\n x\n}", "Corefile:3: 'x' is unknown in loop; nothing is accepted here"],
  [
    "loop\nloop",
    "Corefile:3: 'loop' may stand once in a server block; it stands on line 2 already",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

test.each([
  [".", /^\d{1,19}\.\d{1,19}\.$/],
  ["cluster.local.", /^\d{1,19}\.\d{1,19}\.cluster\.local\.$/],
])("names below %s are random", (zone, form) => {
  const names = Array.from({ length: 100 }, () => randomName(zone));
  expect(new Set(names).size).toBe(100);
  for (const name of names) expect(name).toMatch(form);
});

describe("probing", () => {
  const times = { windowMs: 10_000, retryMs: 1, lingerMs: 1 };

  /** Runs a detector whose probes come by as often as told, one number a probe; the last one repeats. */
  async function run(sightings: readonly number[], answered = true, windowMs = times.windowMs) {
    let sent = 0;
    let loops = 0;
    const detector: LoopDetector = new LoopDetector({
      randomName: () => `probe-${++sent}.`,
      async send(name) {
        for (let seen = 0; seen < (sightings[sent - 1] ?? sightings.at(-1) ?? 0); seen++)
          if (detector.see(name)) loops++;
        if (loops > 0) detector.stop();
        return answered;
      },
      times: { ...times, windowMs },
    });
    await detector.run();
    expect(detector.see("probe-1.")).toBe(false);
    return { sent, loops: loops > 0 };
  }

  test.each([
    ["one that is seen once", [1], { sent: 1, loops: false }],
    ["first none is seen", [0, 0, 1], { sent: 3, loops: false }],
    ["one that comes back twice", [3], { sent: 1, loops: true }],
    [
      "each comes back once, as identical queries under way are forwarded once",
      [2, 2],
      { sent: 2, loops: true },
    ],
    ["one comes back once and no other does", [2, 1, 1, 3], { sent: 4, loops: true }],
  ])("%s", async (_, sightings, expected) => {
    expect(await run(sightings)).toEqual(expected);
  });

  test("without an answer it goes on until time is up", async () => {
    const { sent, loops } = await run([1], false, 1000);
    expect(sent).toBeGreaterThan(1);
    expect(loops).toBe(false);
  });
});

describe("a running server", () => {
  const opened: (() => void)[] = [];
  afterEach(() => {
    for (const close of opened.splice(0)) close();
  });

  /** A listener that answers NXDOMAIN, after it has put each query through the plugin as often as told. */
  async function start(rounds: number) {
    const [port = 0] = await freePorts(1);
    const process = testProcess();
    const [block] = load(
      `.:${port} {\n bind\n loop\n}`,
      [
        {
          name: "bind",
          plugin: {
            name: "bind",
            setup: () => ({
              name: "bind",
              fastPath: { kind: "transparent" },
              listener: { hosts: ["127.0.0.1"] },
            }),
          },
        },
        { name: "loop", plugin },
      ],
      process.services,
    );
    const instance = block?.instances[1];
    if (instance === undefined) throw new Error("no loop");
    const listener: Socket = createSocket("udp4");
    const seen: string[] = [];
    let isClosed = false;
    listener.on("message", async (bytes, { address, port: from }) => {
      const message = decodeMessage(bytes);
      const [question] = message.questions;
      if (question === undefined) throw new Error("a probe without a question");
      seen.push(`${question.name} ${question.type}`);
      const asked = query(question.name, { client: { family: 4, address, port: from } });
      for (let round = 0; round < rounds; round++)
        await serve(
          instance,
          { ...asked, message, question, server: `dns://127.0.0.1:${port}` },
          refusing(3),
        );
      // The test may be over by now, and a closed socket would throw.
      if (isClosed) return;
      listener.send(encodeMessage(replyTo(message, { rcode: 3 })), from, address);
    });
    listener.bind(port, "127.0.0.1");
    await once(listener, "listening");
    await instance.start?.();
    opened.push(() => {
      isClosed = true;
      listener.close();
      void instance.stop?.();
    });
    return { process, seen, port };
  }

  test("that gets its query back ends, and says which way it came", async () => {
    const { process, seen, port } = await start(3);
    await expect.poll(() => process.fatal.length).toBe(1);
    const [name = ""] = seen[0]?.split(" ") ?? [];
    expect(seen[0]).toMatch(/^\d+\.\d+\. 13$/);
    const [error] = process.fatal;
    expect(error).toMatchObject({ code: "FL-D030" });
    expect(error?.message).toMatch(
      new RegExp(
        `^Loop \\(127\\.0\\.0\\.1:\\d+ -> dns://127\\.0\\.0\\.1:${port}\\) detected for zone "\\.": `,
      ),
    );
    expect(error?.message).toContain(`"HINFO ${name}"`);
    expect(process.log).toEqual([`[ERROR] plugin/loop: ${error?.message}`]);
  });

  test("that gets it once goes on", async () => {
    const { process, seen } = await start(1);
    await expect.poll(() => seen.length).toBe(1);
    expect(process.fatal).toEqual([]);
  });
});

test("queries that are no probes pass, however often they come", async () => {
  const process = testProcess();
  const instance = setUp(plugin, "loop", process);
  for (let round = 0; round < 5; round++) {
    for (const question of ["1.2. HINFO", "a.test. A"])
      expect(await serve(instance, query(question), replying({}))).toMatchObject({
        plugin: "backend",
      });
  }
  expect(process.fatal).toEqual([]);
});
