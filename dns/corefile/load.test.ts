import { describe, expect, test } from "vitest";
import { load, testProcess } from "#test/support/plugin.ts";
import type { Plugin, RegistryRow } from "../contract.ts";
import { CorefileError, CorefileErrors } from "./errors.ts";

function simple(name: string, part: Partial<Plugin> = {}): RegistryRow {
  const plugin: Plugin = {
    name,
    setup: () => ({ name, fastPath: { kind: "transparent" } }),
    ...part,
  };
  return { name, plugin };
}

const registry: readonly RegistryRow[] = [
  simple("bind", {
    setup: ([directive]) => ({
      name: "bind",
      fastPath: { kind: "transparent" },
      listener: { hosts: directive?.args.map(({ text }) => text) ?? [] },
    }),
  }),
  simple("errors"),
  simple("picky", {
    setup([directive]) {
      if (directive === undefined) throw new RangeError("no directive");
      throw new CorefileError("FL-D012", directive.position, "picky likes nothing");
    },
  }),
  simple("log", { repeated: "accumulates" }),
  { name: "cache" },
  simple("health", { repeated: "last-wins" }),
];

function messages(text: string): string {
  try {
    load(text, registry);
    return "ok";
  } catch (error) {
    if (error instanceof CorefileErrors) return error.message;
    throw error;
  }
}

test("instances come in the order of the registry, one a plugin", () => {
  const [block] = load(". {\n health\n log\n log\n errors\n}", registry);
  expect(block?.instances.map(({ name }) => name)).toEqual(["errors", "log", "health"]);
});

describe("repeated directives", () => {
  function heard(name: string, repeated: Plugin["repeated"]) {
    const lines: number[] = [];
    const row = simple(name, {
      ...(repeated === undefined ? {} : { repeated }),
      setup(directives) {
        lines.push(...directives.map(({ position }) => position.line));
        return { name, fastPath: { kind: "transparent" } };
      },
    });
    const process = testProcess();
    load(". {\n p\n p\n}", [{ ...row, name: "p" }], process.services);
    return { lines, warnings: process.log.length };
  }

  test("may add up", () =>
    expect(heard("p", "accumulates")).toEqual({ lines: [2, 3], warnings: 0 }));
  test("may win over earlier ones, with a warning", () =>
    expect(heard("p", "last-wins")).toEqual({ lines: [3], warnings: 1 }));
  test("are errors otherwise", () =>
    expect(() => heard("p", undefined)).toThrow("Corefile:3: 'p' may stand once"));
});

test("a setup sees its block: zones, listeners, and in the end the instances", () => {
  let seen: Parameters<Plugin["setup"]>[1] | undefined;
  const curious = simple("curious", {
    setup(_, context) {
      seen = context;
      expect(context.blockInstances()).toHaveLength(1);
      return { name: "curious", fastPath: { kind: "transparent" } };
    },
  });
  load("a.test b.test:54 a.test:55 {\n bind ::1\n curious\n errors\n}", [
    ...registry.slice(0, 1),
    curious,
    ...registry.slice(1),
  ]);
  expect(seen?.zones).toEqual(["a.test.", "b.test."]);
  expect(seen?.servers).toEqual(["dns://[::1]:53", "dns://[::1]:54", "dns://[::1]:55"]);
  expect(seen?.served.map(({ server, zone }) => `${server} ${zone}`)).toEqual([
    "dns://[::1]:53 a.test.",
    "dns://[::1]:54 b.test.",
    "dns://[::1]:55 a.test.",
  ]);
  expect(seen?.blockInstances().map(({ name }) => name)).toEqual(["bind", "curious", "errors"]);
});

test.each([
  ["no blocks", "# nothing", "Corefile:1: there is no server block to serve"],
  ["zones of one port", "a.test {\n}\nb.test {\n}\n. {\n}", "ok"],
  ["ports of one zone", ". {\n}\n.:54 {\n}", "ok"],
  ["addresses of one zone", ". {\n bind 127.0.0.1\n}\n. {\n bind 127.0.0.2\n}", "ok"],
  [
    "an unknown plugin",
    ". {\n erors\n}",
    "Corefile:2: 'erors' is no plugin; did you mean 'errors'? accepted: bind, errors, picky, log, health",
  ],
  [
    "a plugin to come",
    ". {\n cache 30\n}",
    "Corefile:2: plugin 'cache' is not supported yet; supported: bind, errors, picky, log, health",
  ],
  [
    "a scheme to come",
    "tls://. {\n}",
    "Corefile:1: scheme 'tls' is not supported yet; supported: dns",
  ],
  [
    "a zone twice",
    "a.test {\n}\nA.test. {\n}",
    "Corefile:3: dns://a.test.:53 is served already, by Corefile:1; give it another port, or bind each block to addresses of its own",
  ],
  [
    "a zone twice in a block",
    "a.test a.test:53 {\n}",
    "Corefile:1: dns://a.test.:53 is served already, by Corefile:1; give it another port, or bind each block to addresses of its own",
  ],
  [
    "a zone twice on an address",
    ". {\n bind ::1\n}\n. {\n bind 127.0.0.1 ::1\n}",
    "Corefile:4: dns://.:53 is served on ::1 already, by Corefile:1; give it another port, or bind each block to addresses of its own",
  ],
  [
    "a zone on every address and on one",
    ". {\n}\n. {\n bind 127.0.0.1\n}",
    "Corefile:3: dns://.:53 is served already, by Corefile:1; give it another port, or bind each block to addresses of its own",
  ],
  [
    "everything at once",
    ". {\n picky\n wat\n}\n. {\n errors\n errors\n}",
    [
      "Corefile:2: picky likes nothing",
      "Corefile:3: 'wat' is no plugin; accepted: bind, errors, picky, log, health",
      "Corefile:5: dns://.:53 is served already, by Corefile:1; give it another port, or bind each block to addresses of its own",
      "Corefile:7: 'errors' may stand once in a server block; it stands on line 6 already",
    ].join("\n"),
  ],
])("%s", (_, text, expected) => expect(messages(text)).toBe(expected));

test("a defect in a setup is not taken for a mistake in the file", () => {
  const broken = simple("broken", {
    setup() {
      throw new TypeError("defect");
    },
  });
  expect(() => load(". {\n broken\n}", [broken])).toThrow(TypeError);
});
