import { expect, test } from "vitest";
import { load } from "#test/support/plugin.ts";
import { registry } from "./registry.ts";

test("names are there once, and plugins go by the name of their row", () => {
  const names = registry.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, plugin } of registry) expect(plugin?.name ?? name).toBe(name);
});

test("queries pass the plugins in CoreDNS's order, whatever the Corefile's", () => {
  const [block] = load(
    ". {\n whoami\n loadbalance\n log\n errors\n prometheus\n health\n ready\n bind ::1\n multisocket\n}",
    registry,
  );
  expect(block?.instances.map(({ name }) => name)).toEqual([
    "multisocket",
    "bind",
    "ready",
    "health",
    "prometheus",
    "errors",
    "log",
    "loadbalance",
    "whoami",
  ]);
});

test("a plugin of CoreDNS that is still to come is called so", () => {
  expect(() => load(". {\n dnstap /tmp/dnstap.sock\n}", registry)).toThrow(
    /^Corefile:2: plugin 'dnstap' is not supported yet; supported: multisocket, reload, bind, ready, /,
  );
});
