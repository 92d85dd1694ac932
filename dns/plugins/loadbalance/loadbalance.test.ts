import { describe, expect, test } from "vitest";
import { outcome, query, refusing, replying, serve, setUp } from "#test/support/plugin.ts";
import { records, zoneText } from "#test/zone-text/zone-text.ts";
import { loadbalanceHandler } from "./handler.ts";
import { plugin } from "./setup.ts";

test.each([
  ["loadbalance", "ok"],
  ["loadbalance round_robin", "ok"],
  ["loadbalance round_robin\nloadbalance", "ok"],
  [
    "loadbalance round_robin extra",
    "Corefile:2: 'extra' is too many; it is written: loadbalance [round_robin]",
  ],
  [
    "loadbalance weighted weights.txt",
    "Corefile:2: 'weighted' of loadbalance is not supported yet; supported: round_robin",
  ],
  [
    "loadbalance {\n prefer 10.0.0.0/8\n}",
    "Corefile:3: 'prefer' of loadbalance is not supported yet; supported: round_robin",
  ],
  [
    "loadbalance roundrobin",
    "Corefile:2: 'roundrobin' is unknown in loadbalance; did you mean 'round_robin'? accepted: round_robin",
  ],
  [
    "loadbalance {\n wat\n}",
    "Corefile:3: 'wat' is unknown in loadbalance; nothing is accepted here",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

const ANSWERS = `
a.test. 5 IN TXT "note"
b.test. 5 IN A 10.0.0.1
b.test. 5 IN A 10.0.0.2
b.test. 5 IN A 10.0.0.3
a.test. 5 IN CNAME b.test.
a.test. 5 IN MX 10 mail.test.`;

describe("the order of records", () => {
  const lastFirst = {
    name: "loadbalance",
    fastPath: { kind: "transparent" },
    handler: loadbalanceHandler((bound) => bound - 1),
  } as const;

  async function order(asked: string, parts: Parameters<typeof replying>[0]) {
    const verdict = await serve(lastFirst, query(asked), replying(parts));
    if (verdict.kind !== "replied") throw new Error("refused");
    const { answers, authorities, additionals } = verdict.response;
    return [...answers, ...authorities, ...additionals].map(zoneText);
  }

  test("CNAME first, then the rest as it was, addresses and MX by chance", async () => {
    expect(await order("a.test. A", { answers: records(ANSWERS) })).toEqual([
      "a.test. 5 IN CNAME b.test.",
      'a.test. 5 IN TXT "note"',
      "b.test. 5 IN A 10.0.0.3",
      "b.test. 5 IN A 10.0.0.2",
      "b.test. 5 IN A 10.0.0.1",
      "a.test. 5 IN MX 10 mail.test.",
    ]);
  });

  test("each section for itself", async () => {
    const section = records("a.test. 5 IN A 10.0.0.1\na.test. 5 IN A 10.0.0.2");
    const reversed = ["a.test. 5 IN A 10.0.0.2", "a.test. 5 IN A 10.0.0.1"];
    expect(
      await order("a.test. A", { answers: section, authorities: section, additionals: section }),
    ).toEqual([...reversed, ...reversed, ...reversed]);
  });

  test.each([
    ["a zone transfer", "a.test. AXFR", 0],
    ["an incremental one", "a.test. IXFR", 0],
    ["an error", "a.test. A", 3],
  ])("%s keeps its order", async (_, asked, rcode) => {
    const answers = records(ANSWERS);
    expect(await order(asked, { answers, rcode })).toEqual(answers.map(zoneText));
  });
});

test("every address comes first now and then, and none is lost", async () => {
  const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];
  const answers = records(addresses.map((address) => `a.test. 5 IN A ${address}`).join("\n"));
  const instance = setUp(plugin, "loadbalance");
  const first = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const verdict = await serve(instance, query("a.test. A"), replying({ answers }));
    if (verdict.kind !== "replied") throw new Error("refused");
    const shown = verdict.response.answers.map((record) =>
      record.type === "A" ? record.address : "",
    );
    expect([...shown].sort()).toEqual(addresses);
    first.add(shown[0] ?? "");
  }
  expect([...first].sort()).toEqual(addresses);
});

test("a refusal passes through", async () => {
  expect(await serve(setUp(plugin, "loadbalance"), query("a.test. A"), refusing(2))).toMatchObject({
    rcode: 2,
  });
});
