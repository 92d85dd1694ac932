/** What events do to the names in the answer table: one timeline a row. */
import { describe, expect, it } from "vitest";
import { reverseName } from "../../wire/reverse.ts";
import type { KubernetesOptions } from "./contract.ts";
import { TestCluster } from "./test-cluster.ts";

/** One event, and what it does to the names: "+" added, "-" gone, "~" changed. */
type Step = readonly [event: string, ...changes: string[]];

/** Names of the cluster zone and addresses of the reverse ones, short enough for a table. */
const short = (text: string): string =>
  text
    .replaceAll(".cluster.local.", "")
    .replaceAll(/(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa\./g, "$4.$3.$2.$1");

function difference(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string[] {
  const lines: string[] = [];
  for (const [name, what] of now) {
    if (!before.has(name)) lines.push(`+ ${name} ${what}`);
    else if (before.get(name) !== what) lines.push(`~ ${name} ${what}`);
  }
  for (const name of before.keys()) if (!now.has(name)) lines.push(`- ${name}`);
  return lines.map(short).sort();
}

function follow(options: Partial<KubernetesOptions>, steps: readonly Step[]): void {
  const cluster = new TestCluster(options).sync();
  cluster.publisher.start();
  for (const [event, ...changes] of steps) {
    const before = new Map(cluster.table.names);
    cluster.apply(event);
    expect(difference(before, cluster.table.names), event).toEqual(changes.toSorted());
  }
}

const web = "+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80";
const webNames = [
  "+ web.shop.svc A",
  "+ _tcp.web.shop.svc -",
  "+ _http._tcp.web.shop.svc SRV",
  "+ 10.0.0.1 PTR web.shop.svc",
];

interface Timeline {
  readonly name: string;
  readonly options?: Partial<KubernetesOptions>;
  readonly steps: readonly Step[];
}

const timelines: readonly Timeline[] = [
  {
    name: "a service comes, changes and goes, its namespace's name with it",
    steps: [
      [web, ...webNames, "+ shop.svc -"],
      [
        "+ Service web.shop ClusterIP 10.0.0.1,fd00::1",
        "~ web.shop.svc A AAAA",
        "- _tcp.web.shop.svc",
        "- _http._tcp.web.shop.svc",
        `+ ${reverseName("fd00::1")} PTR web.shop.svc`,
      ],
      [
        "+ Service web.shop ClusterIP 10.0.0.2",
        "~ web.shop.svc A",
        "- 10.0.0.1",
        "+ 10.0.0.2 PTR web.shop.svc",
        `- ${reverseName("fd00::1")}`,
      ],
      ["- Service web.shop", "- web.shop.svc", "- shop.svc", "- 10.0.0.2"],
    ],
  },
  {
    name: "a namespace exists while its object or a service of it does",
    steps: [
      ["+ Namespace shop", "+ shop.svc -"],
      [web, ...webNames],
      ["- Namespace shop"],
      ["- Service web.shop", ...webNames.map((line) => `- ${line.split(" ")[1]}`), "- shop.svc"],
      ["+ Namespace shop", "+ shop.svc -"],
      ["- Namespace shop", "- shop.svc"],
    ],
  },
  {
    name: "with pod names a namespace stands below pod as well",
    options: { pods: "insecure" },
    steps: [
      ["+ Namespace shop", "+ shop.svc -", "+ shop.pod -"],
      ["- Namespace shop", "- shop.svc", "- shop.pod"],
    ],
  },
  {
    name: "a headless service follows its endpoints; without any it does not exist",
    steps: [
      ["+ Service db.shop headless"],
      [
        "+ EndpointSlice a.shop of db IPv4 | 10.1.0.1 10.1.0.2=two",
        "+ shop.svc -",
        "+ db.shop.svc A*2",
        "+ 10-1-0-1.db.shop.svc A",
        "+ two.db.shop.svc A",
        "+ 10.1.0.1 PTR 10-1-0-1.db.shop.svc",
        "+ 10.1.0.2 PTR two.db.shop.svc",
      ],
      [
        "+ EndpointSlice a.shop of db IPv4 | 10.1.0.1! 10.1.0.2=two",
        "~ db.shop.svc A",
        "- 10-1-0-1.db.shop.svc",
        "- 10.1.0.1",
      ],
      ["- EndpointSlice a.shop", "- shop.svc", "- db.shop.svc", "- two.db.shop.svc", "- 10.1.0.2"],
    ],
  },
  {
    name: "slices that come before their service wait for it",
    steps: [
      ["+ EndpointSlice a.shop of db IPv4 | 10.1.0.1=one"],
      [
        "+ Service db.shop headless",
        "+ shop.svc -",
        "+ db.shop.svc A",
        "+ one.db.shop.svc A",
        "+ 10.1.0.1 PTR one.db.shop.svc",
      ],
    ],
  },
  {
    name: "an address in two slices of a service stays until it is gone from both",
    steps: [
      ["+ Service db.shop headless"],
      [
        "+ EndpointSlice a.shop of db IPv4 | 10.1.0.1=one",
        "+ shop.svc -",
        "+ db.shop.svc A",
        "+ one.db.shop.svc A",
        "+ 10.1.0.1 PTR one.db.shop.svc",
      ],
      ["+ EndpointSlice b.shop of db IPv4 | 10.1.0.1=one"],
      ["- EndpointSlice a.shop"],
      ["- EndpointSlice b.shop", "- shop.svc", "- db.shop.svc", "- one.db.shop.svc", "- 10.1.0.1"],
    ],
  },
  {
    name: "a slice moves from one service to another",
    steps: [
      ["+ Service a.shop headless"],
      ["+ Service b.shop headless"],
      [
        "+ EndpointSlice s.shop of a IPv4 | 10.1.0.1=one",
        "+ shop.svc -",
        "+ a.shop.svc A",
        "+ one.a.shop.svc A",
        "+ 10.1.0.1 PTR one.a.shop.svc",
      ],
      [
        "+ EndpointSlice s.shop of b IPv4 | 10.1.0.1=one",
        "- a.shop.svc",
        "- one.a.shop.svc",
        "+ b.shop.svc A",
        "+ one.b.shop.svc A",
        "~ 10.1.0.1 PTR one.b.shop.svc",
      ],
    ],
  },
  {
    name: "two services share a ClusterIP: the first by name has the PTR, whoever came first",
    steps: [
      [
        "+ Service b.shop ClusterIP 10.0.0.1",
        "+ shop.svc -",
        "+ b.shop.svc A",
        "+ 10.0.0.1 PTR b.shop.svc",
      ],
      ["+ Service a.shop ClusterIP 10.0.0.1", "+ a.shop.svc A", "~ 10.0.0.1 PTR a.shop.svc"],
      ["+ Service a.shop ClusterIP 10.0.0.1 /TCP/80"],
      ["- Service a.shop", "- a.shop.svc", "~ 10.0.0.1 PTR b.shop.svc"],
      ["- Service b.shop", "- b.shop.svc", "- shop.svc", "- 10.0.0.1"],
    ],
  },
  {
    name: "an endpoint of two services has a PTR for each; a ClusterIP goes before both",
    steps: [
      ["+ EndpointSlice a.shop of a IPv4 | 10.1.0.1=x"],
      ["+ EndpointSlice b.shop of b IPv4 | 10.1.0.1"],
      [
        "+ Service b.shop headless",
        "+ shop.svc -",
        "+ b.shop.svc A",
        "+ 10-1-0-1.b.shop.svc A",
        "+ 10.1.0.1 PTR 10-1-0-1.b.shop.svc",
      ],
      [
        "+ Service a.shop headless",
        "+ a.shop.svc A",
        "+ x.a.shop.svc A",
        "~ 10.1.0.1 PTR 10-1-0-1.b.shop.svc x.a.shop.svc",
      ],
      ["+ Service c.shop ClusterIP 10.1.0.1", "+ c.shop.svc A", "~ 10.1.0.1 PTR c.shop.svc"],
      ["- Service c.shop", "- c.shop.svc", "~ 10.1.0.1 PTR 10-1-0-1.b.shop.svc x.a.shop.svc"],
    ],
  },
  {
    name: "namespaces names those that are published",
    options: { namespaces: ["shop"] },
    steps: [
      ["+ Namespace other"],
      ["+ Service web.other ClusterIP 10.0.0.9"],
      [web, ...webNames, "+ shop.svc -"],
      ["+ Namespace shop"],
    ],
  },
  {
    name: "namespace_labels: a namespace is gained and lost, and its services with it",
    options: { namespaceLabelSelector: "dns=yes" },
    steps: [
      [web],
      ["+ Service web.other ClusterIP 10.0.0.9"],
      ["+ Namespace shop", "+ shop.svc -", ...webNames],
      ["- Namespace shop", ...webNames.map((line) => `- ${line.split(" ")[1]}`), "- shop.svc"],
      ["+ Service web.shop ClusterIP 10.0.0.1"],
      ["+ Namespace shop", "+ shop.svc -", "+ web.shop.svc A", "+ 10.0.0.1 PTR web.shop.svc"],
    ],
  },
  {
    name: "several forward zones have every name; PTR points into the first",
    options: {
      zones: ["in-addr.arpa.", "b.test.", "a.test."],
      primaryZone: "b.test.",
    },
    steps: [
      [
        "+ Service web.shop ClusterIP 10.0.0.1",
        "+ shop.svc.a.test. -",
        "+ shop.svc.b.test. -",
        "+ web.shop.svc.a.test. A",
        "+ web.shop.svc.b.test. A",
        "+ 10.0.0.1 PTR web.shop.svc.b.test.",
      ],
      [
        "- Service web.shop",
        "- shop.svc.a.test.",
        "- shop.svc.b.test.",
        "- web.shop.svc.a.test.",
        "- web.shop.svc.b.test.",
        "- 10.0.0.1",
      ],
    ],
  },
  {
    name: "a zone within another has its names to itself",
    options: { zones: ["test.", "web.shop.svc.test."], primaryZone: "test." },
    steps: [
      [
        "+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80",
        "+ shop.svc.test. -",
        "+ shop.svc.web.shop.svc.test. -",
        "+ web.shop.svc.web.shop.svc.test. A",
        "+ _tcp.web.shop.svc.web.shop.svc.test. -",
        "+ _http._tcp.web.shop.svc.web.shop.svc.test. SRV",
      ],
      [
        "- Service web.shop",
        "- shop.svc.test.",
        "- shop.svc.web.shop.svc.test.",
        "- web.shop.svc.web.shop.svc.test.",
        "- _tcp.web.shop.svc.web.shop.svc.test.",
        "- _http._tcp.web.shop.svc.web.shop.svc.test.",
      ],
    ],
  },
  {
    name: "a part of the reverse tree has the addresses in it",
    options: { zones: ["cluster.local.", "10.in-addr.arpa."] },
    steps: [
      [
        "+ Service web.shop ClusterIP 10.0.0.1,fd00::1",
        "+ shop.svc -",
        "+ web.shop.svc A AAAA",
        "+ 10.0.0.1 PTR web.shop.svc",
      ],
      ["+ Service web.shop ClusterIP 11.0.0.1", "~ web.shop.svc A", "- 10.0.0.1"],
    ],
  },
  {
    name: "a reverse zone that is one address keeps its apex",
    options: { zones: ["cluster.local.", "1.0.0.10.in-addr.arpa."] },
    steps: [
      ["+ Service web.shop ClusterIP 10.0.0.1", "+ shop.svc -", "+ web.shop.svc A"],
      ["- Service web.shop", "- shop.svc", "- web.shop.svc"],
    ],
  },
  {
    name: "names that no zone has room for are left out, and what has room is not",
    options: {
      zones: [`${"z".repeat(63)}.${"z".repeat(63)}.${"z".repeat(63)}.test.`, "in-addr.arpa."],
      primaryZone: `${"z".repeat(63)}.${"z".repeat(63)}.${"z".repeat(63)}.test.`,
    },
    steps: [
      [`+ Namespace ${"n".repeat(60)}`],
      [
        `+ Service ${"s".repeat(60)}.shop ClusterIP 10.0.0.1`,
        `+ shop.svc.${"z".repeat(63)}.${"z".repeat(63)}.${"z".repeat(63)}.test. -`,
      ],
      [
        `- Service ${"s".repeat(60)}.shop`,
        `- shop.svc.${"z".repeat(63)}.${"z".repeat(63)}.${"z".repeat(63)}.test.`,
      ],
    ],
  },
  {
    name: "objects that cannot have a name are passed over",
    steps: [
      ["+ Namespace Not_A-Label!"],
      ["+ Service Web.shop ClusterIP 10.0.0.1"],
      [`+ Service external.shop ExternalName ${"a".repeat(64)}.test`],
      [
        "+ Service external.shop ExternalName a.test",
        "+ shop.svc -",
        "+ external.shop.svc deferred",
      ],
    ],
  },
];

describe("the names published", () => {
  it.each(timelines)("$name", ({ options = {}, steps }) => {
    follow(options, steps);
  });
});
