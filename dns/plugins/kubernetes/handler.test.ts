import { describe, expect, it } from "vitest";
import { query, replying } from "#test/support/plugin.ts";
import { record, toZoneText } from "#test/zone-text/zone-text.ts";
import type { Lookup, Verdict } from "../../contract.ts";
import { Rcode, rcodeName, typeName } from "../../wire/constants.ts";
import { type ReplyParts, replyTo } from "../../wire/reply.ts";
import type { KubernetesOptions } from "./contract.ts";
import { KubernetesHandler } from "./handler.ts";
import { Resolver } from "./resolve.ts";
import { TestCluster } from "./test-cluster.ts";

interface Setting {
  readonly options?: Partial<KubernetesOptions>;
  readonly events?: readonly string[];
  readonly synced?: boolean;
  /** What the server finds outside the zones; absent: nobody could answer. */
  readonly outside?: ReplyParts;
}

const fixture = [
  "+ Namespace shop",
  "+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80",
  "+ EndpointSlice web-1.shop of web IPv4 | 10.1.0.1=one",
];

const textOf = (verdict: Verdict): string[] =>
  verdict.kind === "refused"
    ? [`refused ${rcodeName(verdict.rcode)} by ${verdict.plugin}`]
    : toZoneText(verdict.response)
        .split("\n")
        .filter((line) => !line.startsWith(";; question"));

/** Asks the handler; the next plugin says REFUSED and is recognised by that. */
function handling({ options = {}, events = fixture, synced = true, outside }: Setting = {}) {
  const cluster = new TestCluster(options);
  cluster.publisher.start();
  cluster.apply(...events);
  if (synced) cluster.sync();
  const asked: string[] = [];
  const lookup: Lookup = async ({ message }, name, type) => {
    asked.push(`${name} ${typeName(type)}`);
    return outside === undefined ? undefined : replyTo(message, outside);
  };
  const { state, publisher, table } = cluster;
  const resolver = new Resolver({
    state,
    options: cluster.options,
    published: publisher,
    localAddresses: ["192.0.2.1"],
  });
  const handler = new KubernetesHandler({
    state,
    options: cluster.options,
    resolver,
    serial: () => table.serial,
    lookup,
  });
  const next = replying({ rcode: Rcode.REFUSED });
  return { asked, ask: async (text: string) => textOf(await handler.serve(query(text), next)) };
}

const header = (rcode: string, flags = "aa"): string => `;; QUERY ${rcode} qr ${flags} rd`;
const soa = (zone: string, ttl = 5): string =>
  `${zone} ${Math.min(ttl, 300)} IN SOA ns.dns.${zone} hostmaster.${zone} 1700000000 7200 1800 86400 ${ttl}`;
const denial = (rcode: string, zone = "cluster.local.", ttl = 5): string[] => [
  header(rcode),
  ";; authority",
  soa(zone, ttl),
];
const elsewhere = [";; QUERY REFUSED qr rd"];

interface Row extends Setting {
  readonly name: string;
  readonly ask: string;
  readonly lines: readonly string[];
  /** Questions asked of the server. */
  readonly asked?: readonly string[];
}

const rows = (title: string, table: readonly Row[]): void => {
  describe(title, () => {
    it.each(table)("$name: $ask", async ({ ask, lines, asked = [], ...setting }) => {
      const handled = handling(setting);
      expect(await handled.ask(ask)).toEqual(lines);
      expect(handled.asked).toEqual(asked);
    });
  });
};

rows("answers", [
  {
    name: "a record, with authority",
    ask: "Web.shop.svc.Cluster.local. A",
    lines: [header("NOERROR"), ";; answer", "Web.shop.svc.Cluster.local. 5 IN A 10.0.0.1"],
  },
  { name: "no data", ask: "web.shop.svc.cluster.local. AAAA", lines: denial("NOERROR") },
  { name: "no name", ask: "nope.shop.svc.cluster.local. A", lines: denial("NXDOMAIN") },
  {
    name: "the SOA shows the zone as asked",
    ask: "nope.CLUSTER.local. A",
    lines: denial("NXDOMAIN", "CLUSTER.local."),
  },
  {
    name: "a reverse zone has its own SOA",
    ask: "9.0.0.10.in-addr.arpa. PTR",
    lines: denial("NXDOMAIN", "in-addr.arpa."),
  },
  {
    name: "a long TTL is kept from the SOA's own",
    options: { ttlSeconds: 3600 },
    ask: "nope.cluster.local. A",
    lines: denial("NXDOMAIN", "cluster.local.", 3600),
  },
  {
    name: "the SOA of the root zone",
    options: { zones: ["."], primaryZone: "." },
    ask: "nope. A",
    lines: [
      header("NXDOMAIN"),
      ";; authority",
      ". 5 IN SOA ns.dns. hostmaster. 1700000000 7200 1800 86400 5",
    ],
  },
  {
    name: "the apex has its SOA",
    ask: "cluster.local. SOA",
    lines: [header("NOERROR"), ";; answer", soa("cluster.local.")],
  },
  { name: "no other name has", ask: "web.shop.svc.cluster.local. SOA", lines: denial("NOERROR") },
  {
    name: "transfers are refused",
    ask: "cluster.local. AXFR",
    lines: ["refused REFUSED by kubernetes"],
  },
  {
    name: "incremental ones as well",
    ask: "cluster.local. IXFR",
    lines: ["refused REFUSED by kubernetes"],
  },
  { name: "other zones go on", ask: "example.org. A", lines: elsewhere },
  { name: "a zone ends at a label", ask: "mycluster.local. A", lines: elsewhere },
]);

const everywhere = { options: { fallthrough: ["."] } };
const reverseOnly = { options: { fallthrough: ["in-addr.arpa."] } };

rows("fallthrough", [
  { name: "no name goes on", ...everywhere, ask: "nope.cluster.local. A", lines: elsewhere },
  {
    name: "no data does not",
    ...everywhere,
    ask: "web.shop.svc.cluster.local. AAAA",
    lines: denial("NOERROR"),
  },
  { name: "its zones", ...reverseOnly, ask: "9.0.0.10.in-addr.arpa. PTR", lines: elsewhere },
  {
    name: "and no others",
    ...reverseOnly,
    ask: "nope.cluster.local. A",
    lines: denial("NXDOMAIN"),
  },
  {
    name: "not before the first lists",
    ...everywhere,
    synced: false,
    ask: "nope.cluster.local. A",
    lines: denial("SERVFAIL"),
  },
]);

rows("before the first lists", [
  {
    name: "what is known is answered",
    synced: false,
    ask: "web.shop.svc.cluster.local. A",
    lines: [header("NOERROR"), ";; answer", "web.shop.svc.cluster.local. 5 IN A 10.0.0.1"],
  },
  {
    name: "a missing name is no denial",
    synced: false,
    ask: "nope.shop.svc.cluster.local. A",
    lines: denial("SERVFAIL"),
  },
  {
    name: "nor is missing data",
    synced: false,
    ask: "web.shop.svc.cluster.local. AAAA",
    lines: denial("SERVFAIL"),
  },
  {
    name: "nor an alias of what is missing",
    synced: false,
    events: ["+ Service a.shop ExternalName web.shop.svc.cluster.local"],
    ask: "a.shop.svc.cluster.local. A",
    lines: denial("SERVFAIL"),
  },
]);

const external = (target: string): Setting => ({
  events: [...fixture, `+ Service ext.shop ExternalName ${target}`],
});
/** c1 is an alias of c2, ... of the last, which is one of `end`. */
const chain = (length: number, end: string): string[] =>
  Array.from({ length }, (_, n) => {
    const target = n + 1 === length ? end : `c${n + 2}.shop.svc.cluster.local`;
    return `+ Service c${n + 1}.shop ExternalName ${target}`;
  });
const cname = (owner: string, target: string): string => `${owner} 5 IN CNAME ${target}`;
const ext = "ext.shop.svc.cluster.local.";
const webAddress = "web.shop.svc.cluster.local. 5 IN A 10.0.0.1";

rows("an ExternalName inside the zones", [
  {
    name: "has the CNAME and what it leads to",
    ...external("web.shop.svc.cluster.local"),
    ask: `${ext} A`,
    lines: [header("NOERROR"), ";; answer", cname(ext, "web.shop.svc.cluster.local."), webAddress],
  },
  {
    name: "is no answer when it leads to no name",
    ...external("nope.shop.svc.cluster.local"),
    ask: `${ext} A`,
    lines: denial("NOERROR"),
  },
  {
    name: "is no answer when it leads to no data",
    ...external("web.shop.svc.cluster.local"),
    ask: `${ext} AAAA`,
    lines: denial("NOERROR"),
  },
  {
    name: "that is its own target",
    ...external("ext.shop.svc.cluster.local"),
    ask: `${ext} A`,
    lines: denial("NOERROR"),
  },
  {
    name: "of a loop",
    events: chain(3, "C1.shop.svc.cluster.local"),
    ask: "c1.shop.svc.cluster.local. A",
    lines: denial("NOERROR"),
  },
  {
    name: "of a chain of eleven",
    events: [...fixture, ...chain(11, "web.shop.svc.cluster.local")],
    ask: "c1.shop.svc.cluster.local. A",
    lines: denial("NOERROR"),
  },
  {
    name: "asked for the CNAME",
    ...external("web.shop.svc.cluster.local"),
    ask: `${ext} CNAME`,
    lines: [header("NOERROR"), ";; answer", cname(ext, "web.shop.svc.cluster.local.")],
  },
  {
    name: "asked for SRV",
    ...external("web.shop.svc.cluster.local"),
    ask: `${ext} SRV`,
    lines: denial("NOERROR"),
  },
]);

describe("an ExternalName inside the zones", () => {
  it("of a chain of ten has every step", async () => {
    const { ask } = handling({ events: [...fixture, ...chain(10, "web.shop.svc.cluster.local")] });
    const lines = await ask("c1.shop.svc.cluster.local. A");
    expect(lines.filter((line) => line.includes(" CNAME "))).toHaveLength(10);
    expect(lines).toContain(webAddress);
  });
});

const address = record("ext.test. 30 IN A 192.0.2.7");

rows("an ExternalName outside the zones", [
  {
    name: "has what the server finds",
    ...external("Ext.test"),
    outside: { answers: [address] },
    ask: `${ext} A`,
    lines: [header("NOERROR"), ";; answer", cname(ext, "Ext.test."), "ext.test. 30 IN A 192.0.2.7"],
    asked: ["Ext.test. A"],
  },
  {
    name: "copies TC",
    ...external("ext.test"),
    outside: { answers: [address], truncated: true },
    ask: `${ext} A`,
    lines: [
      header("NOERROR", "aa tc"),
      ";; answer",
      cname(ext, "ext.test."),
      "ext.test. 30 IN A 192.0.2.7",
    ],
    asked: ["ext.test. A"],
  },
  {
    name: "is the CNAME alone when there is no such name",
    ...external("ext.test"),
    outside: { rcode: Rcode.NXDOMAIN },
    ask: `${ext} AAAA`,
    lines: [header("NOERROR"), ";; answer", cname(ext, "ext.test.")],
    asked: ["ext.test. AAAA"],
  },
  {
    name: "is SERVFAIL with the CNAME when the lookup says so",
    ...external("ext.test"),
    outside: { rcode: Rcode.SERVFAIL },
    ask: `${ext} A`,
    lines: [header("SERVFAIL"), ";; answer", cname(ext, "ext.test.")],
    asked: ["ext.test. A"],
  },
  {
    name: "and when nobody could answer",
    ...external("ext.test"),
    ask: `${ext} A`,
    lines: [header("SERVFAIL"), ";; answer", cname(ext, "ext.test.")],
    asked: ["ext.test. A"],
  },
  {
    name: "asks nobody for the CNAME itself",
    ...external("ext.test"),
    ask: `${ext} CNAME`,
    lines: [header("NOERROR"), ";; answer", cname(ext, "ext.test.")],
  },
  {
    name: "behind others inside",
    events: chain(2, "ext.test"),
    outside: { answers: [address] },
    ask: "c1.shop.svc.cluster.local. A",
    lines: [
      header("NOERROR"),
      ";; answer",
      cname("c1.shop.svc.cluster.local.", "c2.shop.svc.cluster.local."),
      cname("c2.shop.svc.cluster.local.", "ext.test."),
      "ext.test. 30 IN A 192.0.2.7",
    ],
    asked: ["ext.test. A"],
  },
]);
