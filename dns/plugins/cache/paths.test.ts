/** Workers and plugin must give the same reply from the cache: a difference is a bug in one of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CacheScene } from "#test/support/cache-scene.ts";
import { query } from "#test/support/plugin.ts";
import { arbitraryRecord, hostName } from "#test/zone-text/arbitrary-message.ts";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import { MAX_BODY_BYTES } from "../../answers/message-layout.ts";
import type { PluginInstance, Query } from "../../contract.ts";
import { RecordType } from "../../wire/constants.ts";
import type { Edns, Message, ResourceRecord } from "../../wire/contract.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { foldName } from "../../wire/name.ts";
import { recordTypeCode } from "../../wire/record-table.ts";
import { replyTo, udpLimitBytes } from "../../wire/reply.ts";

const NAMES = ["www.Example.org.", "example.ORG.", "a.www.example.org.", "org.", ".", "b.test."];
const anyName = fc.oneof(fc.constantFrom(...NAMES), hostName);
const anyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) =>
      [...name].map((char, at) => (upper[at] ? char.toUpperCase() : foldName(char))).join(""),
    );
const edns: fc.Arbitrary<Partial<Edns> | undefined> = fc.option(
  fc.record({ udpPayloadBytes: fc.constantFrom(100, 512, 1232, 4096), dnssecOk: fc.boolean() }),
  { nil: undefined },
);
const section = (maxLength: number) => fc.array(arbitraryRecord(anyName), { maxLength });
const lasting = (list: readonly ResourceRecord[]) =>
  list.map((record) => ({ ...record, ttlSeconds: 30 + (record.ttlSeconds % 100) }));
const head = {
  recursionAvailable: fc.boolean(),
  authenticData: fc.boolean(),
  additionals: section(4).map(lasting),
};
const [soa] = records("example.org. 40 IN SOA ns.example.org. root.b.test. 1 2 3 4 5");

/** A question with a reply that is kept: an answer to it among other records, or a denial. */
const exchange = anyName.chain((name) => {
  const own = fc.array(arbitraryRecord(fc.constant(name)), { minLength: 1, maxLength: 5 });
  const answer = fc.record({
    ...head,
    rcode: fc.constant(0),
    answers: fc.tuple(own, section(10)).map(([first, rest]) => lasting([...first, ...rest])),
    authorities: section(4).map(lasting),
  });
  const denial = fc.record({
    ...head,
    rcode: fc.constantFrom(0, 2, 3),
    answers: fc.constant([]),
    authorities: section(4).map((rest) => lasting([...(soa === undefined ? [] : [soa]), ...rest])),
  });
  const cases = fc.array(anyCase(name), { minLength: 1, maxLength: 4 });
  return fc.record({ name: fc.constant(name), cases, reply: fc.oneof(answer, answer, denial) });
});
const client = fc.record({
  edns,
  transport: fc.constantFrom("udp", "tcp" as const),
  authenticData: fc.boolean(),
  checkingDisabled: fc.boolean(),
  id: fc.nat(0xffff),
});

const loadbalance: PluginInstance = {
  name: "loadbalance",
  fastPath: { kind: "transparent" },
};

function ask(
  name: string,
  type: number,
  { edns: opt, ...rest }: Partial<{ edns: Partial<Edns> | undefined }>,
): Query {
  const asked = query(`${name} A`, { ...rest, ...(opt === undefined ? {} : { edns: opt }) });
  const question = { ...asked.question, type };
  return { ...asked, question, message: { ...asked.message, questions: [question] } };
}

/** As it is read from the wire; order and case of names apart. */
const comparable = (message: Message): string =>
  toZoneText(message).toLowerCase().split("\n").sort().join("\n");

async function expectSame(
  cache: CacheScene,
  asked: Query,
): Promise<"same" | "deferred" | "missed"> {
  const worker = cache.workerReply(asked);
  const verdict = await cache.serve(asked);
  if (verdict.kind !== "replied" || verdict.plugin !== "cache") {
    expect(worker).toBeUndefined();
    return "missed";
  }
  const bytes = encodeMessage(verdict.response);
  const plugin = decodeMessage(bytes);
  const limit = asked.transport === "tcp" ? MAX_BODY_BYTES : udpLimitBytes(asked.message);
  if (worker === undefined) {
    // Names that a reply has in common with the question may be shorter on the wire than the plugin has them.
    expect(bytes.length).toBeGreaterThan(Math.min(limit, MAX_BODY_BYTES) - 300);
    return "deferred";
  }
  const { id, flags, rcode, questions } = plugin;
  expect(worker).toMatchObject({ id, flags, rcode, questions });
  expect(worker.edns).toEqual(plugin.edns);
  expect(comparable(worker)).toBe(comparable(plugin));
  return "same";
}

describe("both paths", () => {
  test("give the same reply from the cache, whoever asks how and when", async () => {
    const seen = { same: 0, deferred: 0, missed: 0 };
    await fc.assert(
      fc.asyncProperty(
        exchange,
        fc.array(
          fc.tuple(
            client,
            fc.nat(8000).map((ms) => ms / 1000),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        fc.boolean(),
        async ({ name, cases, reply }, clients, turns) => {
          const [first] = reply.answers;
          const type = first === undefined ? RecordType.A : recordTypeCode(first);
          const cache = turns
            ? new CacheScene("cache\nloadbalance", [loadbalance])
            : new CacheScene("cache");
          cache.backend(async ({ message }) => ({
            kind: "replied",
            plugin: "backend",
            response: replyTo(message, reply),
          }));
          for (const dnssecOk of [false, true]) {
            for (const checkingDisabled of [false, true]) {
              const options = { edns: { dnssecOk }, checkingDisabled };
              await cache.serve(ask(name, type, options));
            }
          }
          for (const [at, [options, seconds]] of clients.entries()) {
            cache.pass(seconds);
            const asked = ask(cases[at % cases.length] ?? name, type, options);
            seen[await expectSame(cache, asked)]++;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.same).toBeGreaterThan(seen.deferred + seen.missed);
  });

  test("the name comes back as asked, also where records repeat it", async () => {
    const cache = new CacheScene("cache");
    cache.backend({
      answers:
        "www.EXAMPLE.org. 60 IN CNAME x.www.example.ORG.\nx.www.example.org. 60 IN A 10.0.0.1",
    });
    await cache.ask("WWW.example.org. A");
    const worker = cache.workerReply(query("wWw.exAmple.oRg. A"));
    expect(worker?.answers).toEqual(
      records(
        "wWw.exAmple.oRg. 60 IN CNAME x.wWw.exAmple.oRg.\nx.wWw.exAmple.oRg. 60 IN A 10.0.0.1",
      ),
    );
  });
});

describe("turning", () => {
  const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const answers = [
    "www.example.org. 60 IN CNAME a.example.org.",
    ...addresses.map((address) => `a.example.org. 60 IN A ${address}`),
  ].join("\n");

  test("with loadbalance every address is first now and then, and aliases stay first", async () => {
    const cache = new CacheScene("cache\nloadbalance", [loadbalance]);
    cache.backend({ answers });
    await cache.ask("www.example.org. A");
    const orders = addresses.map(() => cache.worker("www.example.org. A"));
    expect(orders.toSorted()).toEqual([
      "NOERROR 60 CNAME 10.0.0.1 10.0.0.2 10.0.0.3 by worker",
      "NOERROR 60 CNAME 10.0.0.2 10.0.0.3 10.0.0.1 by worker",
      "NOERROR 60 CNAME 10.0.0.3 10.0.0.1 10.0.0.2 by worker",
    ]);
  });

  test("without it the order stays", async () => {
    const cache = new CacheScene("cache");
    cache.backend({ answers });
    await cache.ask("www.example.org. A");
    expect(new Set(addresses.map(() => cache.worker("www.example.org. A"))).size).toBe(1);
  });
});
