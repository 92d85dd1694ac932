import { expect, onTestFinished, test } from "vitest";
import { load, outcome, testProcess } from "#test/support/plugin.ts";
import type { Plugin } from "../../contract.ts";
import { Readiness } from "./readiness.ts";
import { plugin } from "./setup.ts";

test.each([
  ["ready", "ok"],
  ["ready localhost:8091 {\n monitor continuously\n}", "ok"],
  ["ready {\n monitor until-ready\n}", "ok"],
  [
    "ready\nready",
    "Corefile:3: 'ready' may stand once in a server block; it stands on line 2 already",
  ],
  [
    "ready 8181",
    "Corefile:2: ready '8181' is no address; it should look like :8080, localhost:8080 or [::1]:8080",
  ],
  [
    "ready {\n monitor\n}",
    "Corefile:3: 'monitor' wants more words; it is written: monitor until-ready|continuously",
  ],
  [
    "ready {\n monitor always\n}",
    "Corefile:3: 'always' is unknown in monitor; accepted: until-ready, continuously",
  ],
  [
    "ready {\n monitr continuously\n}",
    "Corefile:3: 'monitr' is unknown in ready; did you mean 'monitor'? accepted: monitor",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

function watched(name: string, states: readonly boolean[]) {
  let asked = 0;
  return {
    name,
    fastPath: { kind: "transparent" },
    ready: () => states[asked++] ?? false,
  } as const;
}

const always = { name: "always", fastPath: { kind: "transparent" } } as const;

test.each<[string, boolean, readonly (readonly boolean[])[], readonly string[]]>([
  ["nothing to wait for", false, [], ["200 OK", "200 OK"]],
  ["a plugin that becomes ready", false, [[false, true]], ["503 p0", "200 OK"]],
  ["ready once is ready for good", false, [[true, false]], ["200 OK", "200 OK"]],
  ["unless it is monitored", true, [[true, false]], ["200 OK", "503 p0"]],
  [
    "each plugin for itself",
    false,
    [
      [true, false],
      [false, false],
    ],
    ["503 p1", "503 p1"],
  ],
  ["several, by name", false, [[false], [true], [false]], ["503 p0,p2", "503 p0,p2"]],
])("%s", (_, continuously, states, replies) => {
  const readiness = new Readiness(() => true);
  readiness.watch(
    [always, ...states.map((sequence, index) => watched(`p${index}`, sequence))],
    continuously,
  );
  const seen = replies.map(() => readiness.reply()).map(({ status, body }) => `${status} ${body}`);
  expect(seen).toEqual(replies);
});

test("a plugin in two blocks is ready when both are, and listed once", () => {
  const readiness = new Readiness(() => true);
  readiness.watch([watched("kubernetes", [true])], false);
  readiness.watch([watched("kubernetes", [false, false, true])], false);
  readiness.watch([watched("kubernetes", [false, true])], false);
  expect([readiness.reply().body, readiness.reply().body, readiness.reply().body]).toEqual([
    "kubernetes",
    "kubernetes",
    "OK",
  ]);
});

test("/ready speaks for the plugins of the blocks that name it, until shutdown begins", async () => {
  let isReady = false;
  const slow: Plugin = {
    name: "slow",
    setup: () => ({ name: "slow", fastPath: { kind: "transparent" }, ready: () => isReady }),
  };
  const neverReady: Plugin = {
    name: "never",
    setup: () => ({ name: "never", fastPath: { kind: "transparent" }, ready: () => false }),
  };
  const registry = [
    { name: "ready", plugin },
    ...[slow, neverReady].map((other) => ({ name: other.name, plugin: other })),
  ];
  const text =
    ". {\n slow\n ready 127.0.0.1:23111\n}\na.test {\n ready 127.0.0.1:23111\n}\nb.test {\n never\n}";
  const instances = load(text, registry, testProcess().services).flatMap(
    (block) => block.instances,
  );
  const all = (hook: "start" | "beforeShutdown" | "stop") =>
    Promise.all(instances.map((instance) => instance[hook]?.()));
  const ask = async () => {
    const response = await fetch("http://127.0.0.1:23111/ready");
    return [response.status, await response.text()];
  };

  await all("start");
  onTestFinished(async () => void (await all("stop")));
  expect(await ask()).toEqual([503, "slow"]);
  isReady = true;
  expect(await ask()).toEqual([200, "OK"]);
  await all("beforeShutdown");
  expect(await ask()).toEqual([503, "Shutting down"]);
});

test("nobody is sent to a process whose listeners do not answer yet", () => {
  let isServing = false;
  const readiness = new Readiness(() => isServing);
  readiness.watch(
    [{ name: "kubernetes", fastPath: { kind: "transparent" }, ready: () => true }],
    false,
  );
  expect(readiness.reply()).toEqual({ status: 503, body: "Starting" });
  isServing = true;
  expect(readiness.reply()).toEqual({ status: 200, body: "OK" });
});
