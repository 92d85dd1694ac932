import { expect, test } from "vitest";
import { load, outcome, setUp } from "#test/support/plugin.ts";
import { plugin } from "./setup.ts";

test.each([
  ["bind 127.0.0.1", "ok"],
  ["bind", "Corefile:2: 'bind' wants more words; it is written: bind ADDRESS..."],
  [
    "bind eth0",
    "Corefile:2: bind 'eth0' is no IP address (names of interfaces are not supported yet)",
  ],
  [
    "bind ::1 {\n except\n}",
    "Corefile:3: 'except' wants more words; it is written: except ADDRESS...",
  ],
  [
    "bind ::1 {\n exept ::1\n}",
    "Corefile:3: 'exept' is unknown in bind; did you mean 'except'? accepted: except",
  ],
  [
    "bind ::1 {\n except ::1\n}",
    "Corefile:2: 'bind' leaves no address to listen on: except takes them all away",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

test("addresses of all lines count, without those excepted on the same line", () => {
  const instance = setUp(
    plugin,
    "bind 127.0.0.1 127.0.0.2 {\n except 127.0.0.2\n}\nbind ::1 127.0.0.1",
  );
  expect(instance.listener).toEqual({ hosts: ["127.0.0.1", "::1"] });
});

test("a block is served on its addresses, whose labels name them", () => {
  const [block] = load("a.test:5353 {\n bind 127.0.0.1 ::1\n}", [{ name: "bind", plugin }]);
  expect(block?.served).toEqual([
    { server: "dns://127.0.0.1:5353", host: "127.0.0.1", port: 5353, zone: "a.test." },
    { server: "dns://[::1]:5353", host: "::1", port: 5353, zone: "a.test." },
  ]);
});
