import { expect, test } from "vitest";
import { outcome, type QueryOptions, query, serve, setUp } from "#test/support/plugin.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { plugin } from "./setup.ts";

test.each([
  ["whoami", "ok"],
  ["whoami\nwhoami", "ok"],
  ["whoami twice", "Corefile:2: 'twice' is too many; it is written: whoami"],
  ["whoami {\n all\n}", "Corefile:3: 'all' is unknown in whoami; nothing is accepted here"],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

/** 250 bytes on the wire: with `_udp` before it the longest name there is. */
const LONG = `${"a".repeat(59)}.${`${"b".repeat(62)}.`.repeat(3)}`;
const IPV6 = { family: 6, address: "2001:db8::7", port: 5300 } as const;

test.each<[string, QueryOptions, readonly string[]]>([
  [
    "Example.org. A",
    {},
    ["Example.org. 0 IN A 10.240.0.1", "_udp.Example.org. 0 IN SRV 0 0 40212 ."],
  ],
  [
    "example.org. MX",
    { transport: "tcp" },
    ["_tcp.example.org. 0 IN SRV 0 0 40212 .", "example.org. 0 IN A 10.240.0.1"],
  ],
  [
    "a.test. A",
    { client: IPV6 },
    ["_udp.a.test. 0 IN SRV 0 0 5300 .", "a.test. 0 IN AAAA 2001:db8::7"],
  ],
  [`${LONG} A`, {}, [`_udp.${LONG} 0 IN SRV 0 0 40212 .`, `${LONG} 0 IN A 10.240.0.1`]],
  [`x${LONG} A`, {}, [`x${LONG} 0 IN A 10.240.0.1`]],
  [". NS", {}, [". 0 IN A 10.240.0.1", "_udp. 0 IN SRV 0 0 40212 ."]],
  ["a.test. TXT", { class: 3 }, ["_udp.a.test. 0 CH SRV 0 0 40212 .", "a.test. 0 CH A 10.240.0.1"]],
])("%s from a client tells it who it is", async (text, options, additional) => {
  const verdict = await serve(setUp(plugin, "whoami"), query(text, options));
  if (verdict.kind !== "replied") throw new Error("refused");
  const lines = toZoneText(verdict.response).split("\n");
  expect([lines[0], ...lines.slice(2)]).toEqual([
    ";; QUERY NOERROR qr aa rd",
    ";; additional",
    ...additional,
  ]);
});

test("it never asks the next plugin", async () => {
  const next = () => Promise.reject(new Error("asked"));
  await expect(serve(setUp(plugin, "whoami"), query("a.test."), next)).resolves.toMatchObject({
    plugin: "whoami",
  });
});
