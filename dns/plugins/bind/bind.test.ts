import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { load, outcome, setUp } from "#test/support/plugin.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import { plugin, readAddresses } from "./setup.ts";

test.each([
  ["bind 127.0.0.1", "ok"],
  ["bind", "Corefile:2: 'bind' wants more words; it is written: bind ADDRESS|INTERFACE..."],
  [
    "bind 127.0.0.256",
    expect.stringMatching(
      /^Corefile:2: bind '127\.0\.0\.256' is no IP address and no interface that has one; there are \w+/,
    ),
  ],
  [
    "bind ::1 {\n except\n}",
    "Corefile:3: 'except' wants more words; it is written: except ADDRESS|INTERFACE...",
  ],
  [
    "bind ::1 {\n exept ::1\n}",
    "Corefile:3: 'exept' is unknown in bind; did you mean 'except'? accepted: except",
  ],
  [
    "bind ::1 {\n except ::1\n}",
    "Corefile:2: 'bind' leaves no address to listen on: except takes them all away",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toEqual(expected));

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

describe("names of interfaces", () => {
  const address = (text: string, scopeid = 0): NetworkInterfaceInfo => {
    const rest = { address: text, netmask: "", mac: "", internal: false, cidr: null };
    return text.includes(":") ? { ...rest, family: "IPv6", scopeid } : { ...rest, family: "IPv4" };
  };
  const interfaces = {
    lo: [address("127.0.0.1"), address("::1")],
    eth0: [address("192.0.2.2"), address("192.0.2.3"), address("fe80::1", 2)],
  };

  test.each([
    ["lo", ["127.0.0.1", "::1"]],
    ["eth0", ["192.0.2.2", "192.0.2.3", "fe80::1%eth0"]],
    ["lo 192.0.2.3", ["127.0.0.1", "::1", "192.0.2.3"]],
    ["eth0 lo {\n except lo 192.0.2.3\n}", ["192.0.2.2", "fe80::1%eth0"]],
    ["eth0 {\n except fe80::1%eth0\n}", ["192.0.2.2", "192.0.2.3"]],
  ])("bind %s", (words, expected) => {
    const { blocks } = parseCorefile(`. {\n bind ${words}\n}`, { file: "Corefile" });
    const directives = blocks.flatMap((block) => block.directives);
    expect(directives.flatMap((directive) => readAddresses(directive, interfaces))).toEqual(
      expected,
    );
  });

  test("a name nobody has", () => {
    const { blocks } = parseCorefile(". {\n bind eth9\n}", { file: "Corefile" });
    const [directive] = blocks.flatMap((block) => block.directives);
    if (directive === undefined) throw new Error("no directive");
    expect(() => readAddresses(directive, interfaces)).toThrow(
      "Corefile:2: bind 'eth9' is no IP address and no interface that has one; there are lo, eth0",
    );
  });
});
