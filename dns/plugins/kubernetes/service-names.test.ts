import { describe, expect, it } from "vitest";
import type { NameRecords } from "./contract.ts";
import { type NamingOptions, serviceNames } from "./service-names.ts";
import { service, slice } from "./test-objects.ts";

const plain: NamingOptions = {
  endpointPodNames: false,
  noEndpoints: false,
  ignoreEmptyService: false,
};

/** One line a record; a name without any is a line with a dash. `$` stands for ".testns.svc". */
function linesOf({ owner, v4, v6, srv, targets, cname }: NameRecords): string[] {
  const lines = [
    ...v4.map((address) => `A ${address}`),
    ...v6.map((address) => `AAAA ${address}`),
    ...srv.map(({ weight, port, target }) => `SRV 0 ${weight} ${port} ${target}`),
    ...targets.map(({ target, address }) => `; ${target} ${address}`),
    ...(cname === undefined ? [] : [`CNAME ${cname}`]),
  ];
  return (lines.length === 0 ? ["-"] : lines).map((line) =>
    `${owner} ${line}`.replaceAll(".testns.svc", "$"),
  );
}

function published(
  objects: readonly string[],
  options: Partial<NamingOptions> = {},
): readonly string[] {
  const [first = "", ...slices] = objects;
  const names = serviceNames(service(first), slices.map(slice), { ...plain, ...options });
  return names.flatMap(linesOf);
}

interface Row {
  readonly name: string;
  readonly objects: readonly string[];
  readonly options?: Partial<NamingOptions>;
  readonly names: readonly string[];
}

const rows = (title: string, table: readonly Row[]): void => {
  describe(title, () => {
    it.each(table)("$name", ({ objects, options, names }) => {
      expect(published(objects, options)).toEqual(names);
    });
  });
};

const svc1 = "svc1.testns ClusterIP 10.0.0.1 http/TCP/80";

rows("a Service with a ClusterIP", [
  {
    name: "has addresses, its ports, and the empty name between",
    objects: [svc1],
    names: [
      "svc1$ A 10.0.0.1",
      "svc1$ SRV 0 100 80 svc1$",
      "svc1$ ; svc1$ 10.0.0.1",
      "_tcp.svc1$ -",
      "_http._tcp.svc1$ A 10.0.0.1",
      "_http._tcp.svc1$ SRV 0 100 80 svc1$",
      "_http._tcp.svc1$ ; svc1$ 10.0.0.1",
    ],
  },
  {
    name: "of both families counts both addresses into the weight of one SRV",
    objects: ["dual.testns ClusterIP 10.0.0.3,10::3 /TCP/80"],
    names: [
      "dual$ A 10.0.0.3",
      "dual$ AAAA 10::3",
      "dual$ SRV 0 50 80 dual$",
      "dual$ ; dual$ 10.0.0.3",
      "dual$ ; dual$ 10::3",
    ],
  },
  {
    name: "shares the weight among its ports, which have one name for each protocol",
    objects: ["svc1.testns NodePort 10.0.0.1 dns/UDP/53 dns/TCP/53 web/TCP/80"],
    names: [
      "svc1$ A 10.0.0.1",
      // One location a port and target: 53 stands once, though over two protocols.
      "svc1$ SRV 0 33 53 svc1$",
      "svc1$ SRV 0 33 80 svc1$",
      "svc1$ ; svc1$ 10.0.0.1",
      "_udp.svc1$ -",
      "_tcp.svc1$ -",
      "_dns._udp.svc1$ A 10.0.0.1",
      "_dns._udp.svc1$ SRV 0 100 53 svc1$",
      "_dns._udp.svc1$ ; svc1$ 10.0.0.1",
      "_dns._tcp.svc1$ A 10.0.0.1",
      "_dns._tcp.svc1$ SRV 0 100 53 svc1$",
      "_dns._tcp.svc1$ ; svc1$ 10.0.0.1",
      "_web._tcp.svc1$ A 10.0.0.1",
      "_web._tcp.svc1$ SRV 0 100 80 svc1$",
      "_web._tcp.svc1$ ; svc1$ 10.0.0.1",
    ],
  },
  {
    name: "without ports has an address and no SRV",
    objects: ["svc1.testns LoadBalancer 10.0.0.1"],
    names: ["svc1$ A 10.0.0.1"],
  },
  {
    name: "has no name for a port whose own fills a label: the underscore has no room",
    objects: [`svc1.testns ClusterIP 10.0.0.1 ${"p".repeat(63)}/TCP/80 ${"q".repeat(62)}/TCP/80`],
    names: [
      "svc1$ A 10.0.0.1",
      "svc1$ SRV 0 50 80 svc1$",
      "svc1$ ; svc1$ 10.0.0.1",
      "_tcp.svc1$ -",
      `_${"q".repeat(62)}._tcp.svc1$ A 10.0.0.1`,
      `_${"q".repeat(62)}._tcp.svc1$ SRV 0 100 80 svc1$`,
      `_${"q".repeat(62)}._tcp.svc1$ ; svc1$ 10.0.0.1`,
    ],
  },
  ...["Svc1.testns", `${"s".repeat(64)}.testns`, `svc1.${"n".repeat(64)}`].map((name) => ({
    name: `does not exist under a name that is no label, ${name}`,
    objects: [`${name} ClusterIP 10.0.0.1`],
    names: [],
  })),
  {
    name: "writes port names in lower case",
    objects: ["svc1.testns ClusterIP 10.0.0.1 HTTP/SCTP/80"],
    names: [
      "svc1$ A 10.0.0.1",
      "svc1$ SRV 0 100 80 svc1$",
      "svc1$ ; svc1$ 10.0.0.1",
      "_sctp.svc1$ -",
      "_http._sctp.svc1$ A 10.0.0.1",
      "_http._sctp.svc1$ SRV 0 100 80 svc1$",
      "_http._sctp.svc1$ ; svc1$ 10.0.0.1",
    ],
  },
  {
    name: "has the names of its endpoints as well",
    objects: [
      "svc1.testns ClusterIP 10.0.0.1 /TCP/80",
      "a.testns of svc1 IPv4 /TCP/8080 | 172.0.0.1=ep1a",
    ],
    names: [
      "svc1$ A 10.0.0.1",
      "svc1$ SRV 0 100 80 svc1$",
      "svc1$ ; svc1$ 10.0.0.1",
      "ep1a.svc1$ A 172.0.0.1",
      "ep1a.svc1$ SRV 0 100 8080 ep1a.svc1$",
      "ep1a.svc1$ ; ep1a.svc1$ 172.0.0.1",
    ],
  },
]);

const hdls1 = [
  "hdls1.testns headless http/TCP/80",
  "a.testns of hdls1 IPv4 http/TCP/80 | 172.0.0.2 172.0.0.3 172.0.0.4=dup-name 172.0.0.5=dup-name",
  "b.testns of hdls1 IPv6 http/TCP/80 | 5678:abcd::1 5678:abcd::2",
];

describe("a headless Service", () => {
  it("has its ready endpoints over all slices, those of one host name together", () => {
    const lines = published(hdls1);
    const owned = (owner: string): string[] =>
      lines
        .filter((line) => line.startsWith(`${owner} `))
        .map((line) => line.slice(owner.length + 1));
    expect(owned("hdls1$")).toEqual([
      "A 172.0.0.2",
      "A 172.0.0.3",
      "A 172.0.0.4",
      "A 172.0.0.5",
      "AAAA 5678:abcd::1",
      "AAAA 5678:abcd::2",
      "SRV 0 16 80 172-0-0-2.hdls1$",
      "SRV 0 16 80 172-0-0-3.hdls1$",
      "SRV 0 16 80 dup-name.hdls1$",
      "SRV 0 16 80 5678-abcd--1.hdls1$",
      "SRV 0 16 80 5678-abcd--2.hdls1$",
      "; 172-0-0-2.hdls1$ 172.0.0.2",
      "; 172-0-0-3.hdls1$ 172.0.0.3",
      "; dup-name.hdls1$ 172.0.0.4",
      "; dup-name.hdls1$ 172.0.0.5",
      "; 5678-abcd--1.hdls1$ 5678:abcd::1",
      "; 5678-abcd--2.hdls1$ 5678:abcd::2",
    ]);
    expect(owned("_http._tcp.hdls1$")).toEqual(owned("hdls1$"));
    expect(owned("_tcp.hdls1$")).toEqual(["-"]);
    expect(owned("dup-name.hdls1$")).toEqual([
      "A 172.0.0.4",
      "A 172.0.0.5",
      "SRV 0 50 80 dup-name.hdls1$",
      "; dup-name.hdls1$ 172.0.0.4",
      "; dup-name.hdls1$ 172.0.0.5",
    ]);
    expect(owned("172-0-0-2.hdls1$")).toEqual([
      "A 172.0.0.2",
      "SRV 0 100 80 172-0-0-2.hdls1$",
      "; 172-0-0-2.hdls1$ 172.0.0.2",
    ]);
  });

  it("gives no location a weight below 1", () => {
    const addresses = Array.from({ length: 250 }, (_, n) => `10.1.0.${n + 1}`).join(" ");
    const lines = published(["h.testns headless", `a.testns of h IPv4 http/TCP/80 | ${addresses}`]);
    expect(lines).toContain("h$ SRV 0 1 80 10-1-0-1.h$");
  });
});

rows("a headless Service", [
  {
    name: "without ports has addresses and no SRV",
    objects: ["hdlsprtls.testns headless", "a.testns of hdlsprtls IPv4 | 172.0.0.20"],
    names: ["hdlsprtls$ A 172.0.0.20", "172-0-0-20.hdlsprtls$ A 172.0.0.20"],
  },
  {
    name: "whose named port has no number has that name, and no SRV",
    objects: ["h.testns headless", "a.testns of h IPv4 http/TCP/- | 172.0.0.20"],
    names: [
      "h$ A 172.0.0.20",
      "_tcp.h$ -",
      "_http._tcp.h$ A 172.0.0.20",
      "172-0-0-20.h$ A 172.0.0.20",
    ],
  },
  {
    name: "with an unnamed port has SRV at its own name alone",
    objects: ["h.testns headless", "a.testns of h IPv4 /TCP/80 | 172.0.0.20"],
    names: [
      "h$ A 172.0.0.20",
      "h$ SRV 0 100 80 172-0-0-20.h$",
      "h$ ; 172-0-0-20.h$ 172.0.0.20",
      "172-0-0-20.h$ A 172.0.0.20",
      "172-0-0-20.h$ SRV 0 100 80 172-0-0-20.h$",
      "172-0-0-20.h$ ; 172-0-0-20.h$ 172.0.0.20",
    ],
  },
  {
    name: "has an address that stands in two slices once, though it weighs twice",
    objects: [
      "h.testns headless",
      "a.testns of h IPv4 /TCP/80 | 172.0.0.20=x",
      "b.testns of h IPv4 /TCP/80 | 172.0.0.20=x",
    ],
    names: [
      "h$ A 172.0.0.20",
      "h$ SRV 0 50 80 x.h$",
      "h$ ; x.h$ 172.0.0.20",
      "x.h$ A 172.0.0.20",
      "x.h$ SRV 0 50 80 x.h$",
      "x.h$ ; x.h$ 172.0.0.20",
    ],
  },
  {
    name: "does not exist without endpoints",
    objects: ["h.testns headless http/TCP/80"],
    names: [],
  },
  {
    name: "does not exist when no endpoint is ready",
    objects: ["h.testns headless", "a.testns of h IPv4 http/TCP/80 | 172.0.0.2! 172.0.0.3!"],
    names: [],
  },
  {
    name: "leaves out endpoints that are not ready",
    objects: ["h.testns headless", "a.testns of h IPv4 | 172.0.0.2! 172.0.0.3"],
    names: ["h$ A 172.0.0.3", "172-0-0-3.h$ A 172.0.0.3"],
  },
  {
    name: "passes over slices of names",
    objects: [
      "h.testns headless",
      "a.testns of h FQDN | db.example.org",
      "b.testns of h IPv4 | 172.0.0.3",
    ],
    names: ["h$ A 172.0.0.3", "172-0-0-3.h$ A 172.0.0.3"],
  },
  {
    name: "does not exist with slices of names alone",
    objects: ["h.testns headless", "a.testns of h FQDN | db.example.org"],
    names: [],
  },
]);

rows("an ExternalName Service", [
  {
    name: "is a CNAME",
    objects: ["external.testns ExternalName ext.interwebs.test"],
    names: ["external$ CNAME ext.interwebs.test."],
  },
  {
    name: "may end in a dot already",
    objects: ["external.testns ExternalName ext.interwebs.test."],
    names: ["external$ CNAME ext.interwebs.test."],
  },
  {
    name: "has no endpoints, whatever slices say",
    objects: ["external.testns ExternalName ext.test", "a.testns of external IPv4 | 172.0.0.3"],
    names: ["external$ CNAME ext.test."],
  },
  ...[
    ["an IPv4 address", "10.1.2.3"],
    ["an IPv6 address", "fd00::1"],
    ["a name with a label of 64 characters", `${"a".repeat(64)}.test`],
    ["a name with an empty label", "a..test"],
    ["nothing", ""],
  ].map(([what, target]) => ({
    name: `does not exist with ${what}`,
    objects: [`external.testns ExternalName ${target}`],
    names: [],
  })),
  {
    name: "may look like part of an address",
    objects: ["external.testns ExternalName 10.1"],
    names: ["external$ CNAME 10.1."],
  },
]);

const withEndpoint = [
  "svc1.testns ClusterIP 10.0.0.1",
  "a.testns of svc1 IPv4 | 172.0.0.1@pod-1",
] as const;

rows("ignore empty_service", [
  {
    name: "hides a ClusterIP without endpoints",
    objects: [svc1],
    options: { ignoreEmptyService: true },
    names: [],
  },
  {
    name: "hides one whose endpoints are not ready",
    objects: [svc1, "a.testns of svc1 IPv4 | 172.0.0.1!"],
    options: { ignoreEmptyService: true },
    names: [],
  },
  {
    name: "keeps one with an endpoint",
    objects: withEndpoint,
    options: { ignoreEmptyService: true },
    names: ["svc1$ A 10.0.0.1", "172-0-0-1.svc1$ A 172.0.0.1"],
  },
  {
    name: "keeps an ExternalName",
    objects: ["external.testns ExternalName ext.test"],
    options: { ignoreEmptyService: true },
    names: ["external$ CNAME ext.test."],
  },
]);

rows("noendpoints", [
  {
    name: "leaves a ClusterIP its own names",
    objects: withEndpoint,
    options: { noEndpoints: true },
    names: ["svc1$ A 10.0.0.1"],
  },
  {
    name: "hides headless services",
    objects: hdls1,
    options: { noEndpoints: true },
    names: [],
  },
]);

rows("endpoint_pod_names", [
  {
    name: "names endpoints after their pods",
    objects: withEndpoint,
    options: { endpointPodNames: true },
    names: ["svc1$ A 10.0.0.1", "pod-1.svc1$ A 172.0.0.1"],
  },
]);
