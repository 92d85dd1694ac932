/** What is held against CoreDNS: ways to write `cache`, and what is asked of them in which order. */

/** A query as `NAME TYPE [+do] [+cd] [+ad]`, or milliseconds to wait. */
type Step = string | number;

export interface CacheCase {
  readonly name: string;
  /** The directive; `forward` stands beside it. */
  readonly cache: string;
  readonly steps: readonly Step[];
}

const twice = (...queries: string[]): Step[] => queries.flatMap((query) => [query, query]);
const A = "a.example.org A";

export const cases: readonly CacheCase[] = [
  {
    name: "what is kept, and as what",
    cache: "cache",
    steps: [
      ...twice(A, "A.Example.ORG A", `${A} +do`, `${A} +cd`, `${A} +ad`, "a.example.org AAAA"),
      ...twice("ad.example.org A", "ad.example.org A +ad", "ad.example.org A +do"),
      ...twice("aa.example.org A", "mixed.example.org A", "alias.example.org A"),
      ...twice("nowhere.example.org A", "nodata.example.org A", "nx.example.org A"),
      ...twice("nxnosoa.example.org A", "referral.example.org A", "empty.example.org A"),
      ...twice("servfail.example.org A", "notimp.example.org A", "refused.example.org A"),
      ...twice("zero.example.org A", "long.example.org A", "alias.example.org CNAME"),
      1500,
      ...[
        A,
        "mixed.example.org A",
        "alias.example.org A",
        "nx.example.org A",
        "nodata.example.org A",
      ],
      "zero.example.org A",
    ],
  },
  {
    name: "a TTL, and zones",
    cache: "cache 7 example.org",
    steps: [
      ...twice("long.example.org A", "a.example.org A", "a.example.net A", "zero.example.org A"),
    ],
  },
  {
    name: "short TTLs expire",
    cache: "cache {\n success 1024 3600 1\n denial 1024 1800 1\n}",
    steps: [
      ...twice("counter.example.org A", "nx.example.org A"),
      2300,
      ...twice("counter.example.org A", "nx.example.org A"),
    ],
  },
  {
    name: "prefetch",
    cache: "cache {\n success 1024 3600 1\n prefetch 2 1m 90%\n}",
    steps: [
      ...twice("counter.example.org A"),
      300,
      "counter.example.org A",
      300,
      "counter.example.org A",
    ],
  },
  {
    name: "serve_stale",
    cache: "cache {\n success 1024 3600 1\n serve_stale 1h immediate 30s\n}",
    steps: [
      ...["dying.example.org A", "counter.example.org A", "leaving.example.org A", 2400],
      ...["dying.example.org A", 300, "dying.example.org A", 300],
      ...["counter.example.org A", 800, "counter.example.org A"],
      ...["leaving.example.org A", 800, "leaving.example.org A"],
    ],
  },
  {
    name: "serve_stale verify",
    cache: "cache {\n success 1024 3600 1\n serve_stale 1h verify\n}",
    steps: [
      ...["dying.example.org A", "counter.example.org A", "leaving.example.org A", 2400],
      ...twice("dying.example.org A", "counter.example.org A", "leaving.example.org A"),
    ],
  },
  {
    name: "prefer_positive",
    cache: "cache {\n success 1024 3600 1\n serve_stale\n serve_stale_policy prefer_positive\n}",
    steps: [
      ...["leaving.example.org A", 1400, "leaving.example.org A", 800, "leaving.example.org A"],
    ],
  },
  {
    name: "keepttl",
    cache: "cache {\n keepttl\n}",
    steps: [A, 1300, A, "nx.example.org A", "nx.example.org A"],
  },
  {
    name: "disable",
    cache: "cache 20 {\n disable success a.example.org\n disable denial\n}",
    steps: twice(A, "b.example.org A", "nx.example.org A", "servfail.example.org A"),
  },
  {
    name: "servfail",
    cache: "cache {\n servfail 0\n}",
    steps: twice("servfail.example.org A", "nx.example.org A"),
  },
];
