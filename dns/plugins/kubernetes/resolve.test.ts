import { describe, expect, it } from "vitest";
import { zoneText } from "#test/zone-text/zone-text.ts";
import { typeCode } from "../../wire/constants.ts";
import { foldName } from "../../wire/name.ts";
import { reverseName } from "../../wire/reverse.ts";
import { longestZone } from "../zones.ts";
import type { KubernetesOptions } from "./contract.ts";
import { Resolver } from "./resolve.ts";
import { TestCluster } from "./test-cluster.ts";

const fixture = [
  "+ Namespace shop",
  "+ Namespace empty",
  "+ Service web.shop ClusterIP 10.0.0.1,fd00::1 http/TCP/80",
  "+ EndpointSlice web-1.shop of web IPv4 http/TCP/8080 | 10.1.0.1=one",
  "+ Service db.shop headless sql/TCP/5432",
  "+ EndpointSlice db-1.shop of db IPv4 sql/TCP/5432 | 10.1.0.2 10.1.0.3=tcp",
  "+ Service ext.shop ExternalName Ext.Interwebs.test",
  "+ Pod p.shop 10.240.0.1 fd00::240:1",
  "+ Pod q.empty 10.240.0.2",
];

interface Setting {
  readonly options?: Partial<KubernetesOptions>;
  readonly events?: readonly string[];
  readonly local?: readonly string[];
}

/** A function that answers "NAME TYPE" with records as zone text, or the kind of what there is instead. */
function asking({ options = {}, events = fixture, local = [] }: Setting = {}) {
  const cluster = new TestCluster(options).sync();
  cluster.publisher.start();
  cluster.apply(...events);
  const { state, publisher } = cluster;
  const resolver = new Resolver({
    state,
    options: cluster.options,
    published: publisher,
    localAddresses: local,
  });
  return (text: string): string[] => {
    const [name = "", type = "A"] = text.split(" ");
    const zone = longestZone(cluster.options.zones, foldName(name));
    if (zone === undefined) throw new Error(`${name} is in no zone`);
    const found = resolver.resolve(name, typeCode(type) ?? 0, zone);
    if (found.kind === "alias") return [`alias ${found.target}`, zoneText(found.record)];
    if (found.kind !== "records") return [found.kind];
    const additionals = found.additionals.map((record) => `; ${zoneText(record)}`);
    return [...found.answers.map(zoneText), ...additionals];
  };
}

type Answer = readonly [question: string, ...lines: string[]];

const answers = (title: string, setting: Setting, table: readonly Answer[]): void => {
  describe(title, () => {
    const ask = asking(setting);
    it.each(table)("%s", (question, ...lines) => {
      expect(ask(question)).toEqual(lines);
    });
  });
};

answers("names of services", {}, [
  ["web.shop.svc.cluster.local. A", "web.shop.svc.cluster.local. 5 IN A 10.0.0.1"],
  ["web.shop.svc.cluster.local. AAAA", "web.shop.svc.cluster.local. 5 IN AAAA fd00::1"],
  ["web.shop.svc.cluster.local. TXT", "nodata"],
  [
    "WEB.shop.svc.Cluster.LOCAL. SRV",
    "WEB.shop.svc.Cluster.LOCAL. 5 IN SRV 0 50 80 web.shop.svc.Cluster.LOCAL.",
    "; web.shop.svc.Cluster.LOCAL. 5 IN A 10.0.0.1",
    "; web.shop.svc.Cluster.LOCAL. 5 IN AAAA fd00::1",
  ],
  ["one.web.shop.svc.cluster.local. A", "one.web.shop.svc.cluster.local. 5 IN A 10.1.0.1"],
  ["one.web.shop.svc.cluster.local. AAAA", "nodata"],
  ["two.web.shop.svc.cluster.local. A", "nxdomain"],
  ["nope.shop.svc.cluster.local. A", "nxdomain"],
  ["*.shop.svc.cluster.local. A", "nxdomain"],
  ["web.nope.svc.cluster.local. A", "nxdomain"],
  ["ext.shop.svc.cluster.local. MX", "nodata"],
  [
    "ext.shop.svc.cluster.local. CNAME",
    "ext.shop.svc.cluster.local. 5 IN CNAME Ext.Interwebs.test.",
  ],
  [
    "ext.shop.svc.cluster.local. AAAA",
    "alias Ext.Interwebs.test.",
    "ext.shop.svc.cluster.local. 5 IN CNAME Ext.Interwebs.test.",
  ],
  ["one.ext.shop.svc.cluster.local. CNAME", "nxdomain"],
]);

answers("names of ports", {}, [
  [
    "_http._tcp.web.shop.svc.cluster.local. A",
    "_http._tcp.web.shop.svc.cluster.local. 5 IN A 10.0.0.1",
  ],
  // CoreDNS takes them without their underscores as well.
  [
    "http.tcp.web.shop.svc.cluster.local. A",
    "http.tcp.web.shop.svc.cluster.local. 5 IN A 10.0.0.1",
  ],
  [
    "_http.tcp.web.shop.svc.cluster.local. A",
    "_http.tcp.web.shop.svc.cluster.local. 5 IN A 10.0.0.1",
  ],
  [
    "HTTP._TCP.web.shop.svc.cluster.local. A",
    "HTTP._TCP.web.shop.svc.cluster.local. 5 IN A 10.0.0.1",
  ],
  ["_tcp.web.shop.svc.cluster.local. SRV", "nodata"],
  ["tcp.web.shop.svc.cluster.local. SRV", "nodata"],
  ["_udp.web.shop.svc.cluster.local. SRV", "nxdomain"],
  ["_http._udp.web.shop.svc.cluster.local. SRV", "nxdomain"],
  ["_nope._tcp.web.shop.svc.cluster.local. SRV", "nxdomain"],
  ["_sql._tcp.10-1-0-2.db.shop.svc.cluster.local. SRV", "nxdomain"],
  // An endpoint's own name comes before a protocol without its underscore.
  ["tcp.db.shop.svc.cluster.local. A", "tcp.db.shop.svc.cluster.local. 5 IN A 10.1.0.3"],
  ["_tcp.db.shop.svc.cluster.local. A", "nodata"],
]);

answers("names above services", {}, [
  ["cluster.local. A", "nodata"],
  ["svc.cluster.local. A", "nodata"],
  ["pod.cluster.local. A", "nodata"],
  ["shop.svc.cluster.local. A", "nodata"],
  ["empty.svc.cluster.local. NS", "nodata"],
  ["nope.svc.cluster.local. A", "nxdomain"],
  ["nope.cluster.local. SOA", "nxdomain"],
  ["dns-version.cluster.local. TXT", 'dns-version.cluster.local. 28800 IN TXT "1.1.0"'],
  ["dns-version.cluster.local. A", "nodata"],
  ["a.dns-version.cluster.local. TXT", "nxdomain"],
  ["dns.cluster.local. A", "nodata"],
]);

answers(
  "reverse names",
  {
    options: { zones: ["cluster.local.", "in-addr.arpa.", "ip6.arpa.", "9.0.0.10.in-addr.arpa."] },
  },
  [
    ["1.0.0.10.in-addr.arpa. PTR", "1.0.0.10.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local."],
    ["1.0.0.10.in-addr.arpa. A", "nodata"],
    [
      "1.0.1.10.in-addr.arpa. PTR",
      "1.0.1.10.in-addr.arpa. 5 IN PTR one.web.shop.svc.cluster.local.",
    ],
    [
      `${reverseName("fd00::1").toUpperCase()} PTR`,
      `${reverseName("fd00::1").toUpperCase()} 5 IN PTR web.shop.svc.cluster.local.`,
    ],
    ["2.0.0.10.in-addr.arpa. PTR", "nxdomain"],
    ["0.0.10.in-addr.arpa. PTR", "nxdomain"],
    ["web.shop.svc.in-addr.arpa. A", "nxdomain"],
    ["a.1.0.0.10.in-addr.arpa. PTR", "nxdomain"],
    ["1.0.0.10.in-addr.arpa.cluster.local. PTR", "nxdomain"],
    ["9.0.0.10.in-addr.arpa. PTR", "nodata"],
  ],
);

answers(
  "a reverse zone that is one address",
  { options: { zones: ["cluster.local.", "1.0.0.10.in-addr.arpa."] } },
  [
    ["1.0.0.10.in-addr.arpa. PTR", "1.0.0.10.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local."],
    ["1.0.0.10.in-addr.arpa. A", "nodata"],
  ],
);

answers("the root zone", { options: { zones: ["."], primaryZone: "." } }, [
  ["web.shop.svc. A", "web.shop.svc. 5 IN A 10.0.0.1"],
  [
    "_http._tcp.web.shop.svc. SRV",
    "_http._tcp.web.shop.svc. 5 IN SRV 0 50 80 web.shop.svc.",
    "; web.shop.svc. 5 IN A 10.0.0.1",
    "; web.shop.svc. 5 IN AAAA fd00::1",
  ],
  ["1.0.0.10.in-addr.arpa. PTR", "1.0.0.10.in-addr.arpa. 5 IN PTR web.shop.svc."],
  ["dns-version. TXT", 'dns-version. 28800 IN TXT "1.1.0"'],
  [". A", "nodata"],
  ["example.org. A", "nxdomain"],
]);

answers("pods disabled", {}, [
  ["10-240-0-1.shop.pod.cluster.local. A", "nxdomain"],
  ["shop.pod.cluster.local. A", "nxdomain"],
]);

answers("pods insecure", { options: { pods: "insecure" } }, [
  ["10-240-0-1.shop.pod.cluster.local. A", "10-240-0-1.shop.pod.cluster.local. 5 IN A 10.240.0.1"],
  ["1-2-3-4.empty.pod.cluster.local. A", "1-2-3-4.empty.pod.cluster.local. 5 IN A 1.2.3.4"],
  ["10-240-0-1.shop.pod.cluster.local. AAAA", "nodata"],
  ["FD00--1.shop.pod.cluster.local. AAAA", "FD00--1.shop.pod.cluster.local. 5 IN AAAA fd00::1"],
  ["10-240-0-1.nope.pod.cluster.local. A", "nxdomain"],
  ["blah.shop.pod.cluster.local. HINFO", "nxdomain"],
  ["a.10-240-0-1.shop.pod.cluster.local. A", "nxdomain"],
  ["shop.pod.cluster.local. A", "nodata"],
  ["nope.pod.cluster.local. A", "nxdomain"],
]);

answers("pods verified", { options: { pods: "verified" } }, [
  ["10-240-0-1.shop.pod.cluster.local. A", "10-240-0-1.shop.pod.cluster.local. 5 IN A 10.240.0.1"],
  [
    "fd00--240-1.shop.pod.cluster.local. AAAA",
    "fd00--240-1.shop.pod.cluster.local. 5 IN AAAA fd00::240:1",
  ],
  [
    "fd00-0-0-0-0-0-240-0001.shop.pod.cluster.local. AAAA",
    "fd00-0-0-0-0-0-240-0001.shop.pod.cluster.local. 5 IN AAAA fd00::240:1",
  ],
  ["fd00--240-1.shop.pod.cluster.local. A", "nodata"],
  ["10-240-0-2.shop.pod.cluster.local. A", "nxdomain"],
  [
    "10-240-0-2.empty.pod.cluster.local. A",
    "10-240-0-2.empty.pod.cluster.local. 5 IN A 10.240.0.2",
  ],
  ["10-240-0-3.shop.pod.cluster.local. A", "nxdomain"],
  ["shop.pod.cluster.local. A", "nodata"],
]);

answers(
  "namespaces that are not exposed",
  { options: { namespaces: ["empty"], pods: "insecure" } },
  [
    ["web.shop.svc.cluster.local. A", "nxdomain"],
    ["shop.svc.cluster.local. A", "nxdomain"],
    ["empty.svc.cluster.local. A", "nodata"],
    ["1.0.0.10.in-addr.arpa. PTR", "nxdomain"],
    ["10-240-0-1.shop.pod.cluster.local. A", "nxdomain"],
  ],
);

answers(
  "the name server of addresses that no Service stands before",
  { local: ["192.0.2.1", "2001:db8::1"] },
  [
    [
      "Cluster.Local. NS",
      "Cluster.Local. 5 IN NS ns.dns.Cluster.Local.",
      "; ns.dns.Cluster.Local. 5 IN A 192.0.2.1",
      "; ns.dns.Cluster.Local. 5 IN AAAA 2001:db8::1",
    ],
    ["ns.dns.cluster.local. A", "ns.dns.cluster.local. 5 IN A 192.0.2.1"],
    ["ns.dns.cluster.local. AAAA", "ns.dns.cluster.local. 5 IN AAAA 2001:db8::1"],
    ["ns.dns.cluster.local. TXT", "nodata"],
    ["svc.cluster.local. NS", "nodata"],
  ],
);

const dnsPods = "+ EndpointSlice d.kube-system of kube-dns IPv4 dns/UDP/53 | 10.1.9.1 10.1.9.2=two";

answers(
  "the name server behind a Service",
  {
    local: ["10.1.9.1"],
    events: ["+ Service kube-dns.kube-system ClusterIP 10.0.0.10,fd00::a dns/UDP/53", dnsPods],
  },
  [
    [
      "cluster.local. NS",
      "cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.",
      "; kube-dns.kube-system.svc.cluster.local. 5 IN A 10.0.0.10",
      "; kube-dns.kube-system.svc.cluster.local. 5 IN AAAA fd00::a",
    ],
    ["ns.dns.cluster.local. A", "ns.dns.cluster.local. 5 IN A 10.0.0.10"],
  ],
);

answers(
  "the name server behind a headless Service",
  { local: ["10.1.9.2"], events: ["+ Service kube-dns.kube-system headless", dnsPods] },
  [
    [
      "cluster.local. NS",
      "cluster.local. 5 IN NS 10-1-9-1.kube-dns.kube-system.svc.cluster.local.",
      "cluster.local. 5 IN NS two.kube-dns.kube-system.svc.cluster.local.",
      "; 10-1-9-1.kube-dns.kube-system.svc.cluster.local. 5 IN A 10.1.9.1",
      "; two.kube-dns.kube-system.svc.cluster.local. 5 IN A 10.1.9.2",
    ],
  ],
);

answers(
  "a name server with two addresses behind one Service",
  {
    local: ["10.1.9.1", "10.1.9.2"],
    events: ["+ Service kube-dns.kube-system ClusterIP 10.0.0.10 dns/UDP/53", dnsPods],
  },
  [
    [
      "cluster.local. NS",
      "cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.",
      "; kube-dns.kube-system.svc.cluster.local. 5 IN A 10.0.0.10",
    ],
    ["ns.dns.cluster.local. A", "ns.dns.cluster.local. 5 IN A 10.0.0.10"],
  ],
);

answers("a name server without addresses", {}, [
  ["cluster.local. NS", "nodata"],
  ["ns.dns.cluster.local. A", "nodata"],
]);
