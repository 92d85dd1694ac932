import { describe, expect, it } from "vitest";
import { type PlanCase, planOf, planText, service, slice } from "./test-objects.ts";
import {
  both,
  externalLocal,
  http,
  local,
  nodePort,
  type Row,
  remote,
  slices,
  web,
} from "./test-services.ts";

describe("endpoints of several slices", () => {
  const cluster = (...endpoints: readonly string[]) => [
    "http TCP 10.0.0.1:80 -> cluster",
    ` cluster ${endpoints.join(" ")}`,
  ];
  const rows: readonly Row[] = [
    ["none", { service: web() }, ["http TCP 10.0.0.1:80 -> refuse"]],
    [
      "are joined",
      { service: web(), slices: [...remote, slice("b.shop of web IPv4 http/TCP/8080 | 10.1.0.3")] },
      cluster("10.1.0.2:8080", "10.1.0.3:8080"),
    ],
    [
      "have each slice's own port",
      { service: web(), slices: [...remote, slice("b.shop of web IPv4 http/TCP/9090 | 10.1.0.3")] },
      cluster("10.1.0.2:8080", "10.1.0.3:9090"),
    ],
    [
      "are one where two slices name it",
      { service: web(), slices: [...remote, slice("b.shop of web IPv4 http/TCP/8080 | 10.1.0.2")] },
      cluster("10.1.0.2:8080"),
    ],
    [
      "are as good as the better slice says, and local if one says so",
      {
        service: web(),
        slices: [...slices("10.1.0.1@n1!"), slice("b.shop of web IPv4 http/TCP/8080 | 10.1.0.1")],
      },
      cluster("10.1.0.1:8080*"),
    ],
    [
      "under two ports are two",
      { service: web(), slices: [...remote, slice("b.shop of web IPv4 http/TCP/9090 | 10.1.0.2")] },
      cluster("10.1.0.2:8080", "10.1.0.2:9090"),
    ],
    [
      "of another port name or protocol are none",
      {
        service: web(),
        slices: [slice("b.shop of web IPv4 web/TCP/8080 http/UDP/8080 | 10.1.0.3")],
      },
      ["http TCP 10.0.0.1:80 -> refuse"],
    ],
    [
      "of a port without a name",
      {
        service: service("web.shop ClusterIP 10.0.0.1 /TCP/80"),
        slices: [slice("b.shop of web IPv4 /TCP/8080 | 10.1.0.3")],
      },
      ["TCP 10.0.0.1:80 -> cluster", " cluster 10.1.0.3:8080"],
    ],
    [
      "of a port without a number are none",
      {
        service: web(),
        slices: both.map((it) => ({ ...it, ports: [{ name: "http", protocol: "TCP" }] as const })),
      },
      ["http TCP 10.0.0.1:80 -> refuse"],
    ],
    [
      "in slices with the label of headless Services are none",
      { service: web(), slices: both.map((it) => ({ ...it, hasHeadlessLabel: true })) },
      ["http TCP 10.0.0.1:80 -> refuse"],
    ],
    [
      "in order of address, whatever that of the slices",
      { service: web(), slices: slices("10.1.0.9 10.1.0.10 10.1.0.1") },
      cluster("10.1.0.1:8080", "10.1.0.10:8080", "10.1.0.9:8080"),
    ],
    [
      "that no connection can be made to are left out",
      {
        service: web(),
        slices: slices(
          "127.0.0.1 127.0.0.2 169.254.1.1 224.0.0.1 0.0.0.0 255.255.255.255 10.1.0.1",
        ),
      },
      [...cluster("10.1.0.1:8080"), ...Array(5).fill("warning bad-endpoint-address")],
    ],
    [
      "neither in IPv6",
      {
        service: service(`web.shop ClusterIP fd00::1 ${http}`),
        slices: [slice("b.shop of web IPv6 http/TCP/8080 | ::1 fe80::1 ff02::1 :: fd01::1")],
      },
      [
        "http TCP [fd00::1]:80 -> cluster",
        " cluster [fd01::1]:8080",
        ...Array(4).fill("warning bad-endpoint-address"),
      ],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(planText(planOf(input))).toEqual(expected);
  });
});

describe("endpoints that terminate", () => {
  const internal = "http TCP 10.0.0.1:80 ->";
  const node = " NodePort 192.0.2.1:30080 ->";
  const rows: readonly Row[] = [
    [
      "serve when there are no others",
      { service: web(), slices: slices("10.1.0.1@n1~ 10.1.0.2@n2~") },
      [`${internal} cluster`, " cluster 10.1.0.1:8080* 10.1.0.2:8080"],
    ],
    [
      "yield to a ready one",
      { service: web(), slices: slices("10.1.0.1@n1~ 10.1.0.2@n2") },
      [`${internal} cluster`, " cluster 10.1.0.2:8080"],
    ],
    [
      "are of no use when they do not serve",
      {
        service: web(),
        slices: [
          {
            ...slice("a.shop of web IPv4 http/TCP/8080 |"),
            endpoints: [
              { addresses: ["10.1.0.1"], ready: false, serving: false, terminating: true },
            ],
          },
        ],
      },
      [`${internal} refuse`],
    ],
    [
      "unready ones are none",
      { service: web(), slices: slices("10.1.0.1!") },
      [`${internal} refuse`],
    ],
    [
      "serve on this node though others are ready elsewhere",
      { service: nodePort(externalLocal), slices: slices("10.1.0.1@n1~ 10.1.0.2@n2") },
      [
        `${internal} cluster`,
        " cluster 10.1.0.2:8080",
        " local 10.1.0.1:8080*",
        `${node} local (Local)`,
      ],
    ],
    [
      "serve internally on this node",
      { service: web(local), slices: slices("10.1.0.1@n1~ 10.1.0.2@n2") },
      [`${internal} local`, " local 10.1.0.1:8080*"],
    ],
    [
      "are published as ready where that is asked for",
      {
        service: web(),
        slices: [
          {
            ...slice("a.shop of web IPv4 http/TCP/8080 |"),
            endpoints: [{ addresses: ["10.1.0.1"], ready: true, serving: true, terminating: true }],
          },
        ],
      },
      [`${internal} cluster`, " cluster 10.1.0.1:8080"],
    ],
    [
      "ignore hints",
      { service: web(), slices: slices("10.1.0.1[a]~ 10.1.0.2[b]~") },
      [`${internal} cluster`, " cluster 10.1.0.1:8080 10.1.0.2:8080"],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(planText(planOf(input))).toEqual(expected);
  });
});

describe("hints", () => {
  const rows: readonly (readonly [string, string, string, NonNullable<PlanCase["node"]>])[] = [
    ["by zone", "10.1.0.1[a] 10.1.0.2[b] 10.1.0.3[a,b]", "10.1.0.1:8080 10.1.0.3:8080", {}],
    ["one without", "10.1.0.1[a] 10.1.0.2", "10.1.0.1:8080 10.1.0.2:8080", {}],
    ["none for this zone", "10.1.0.1[b] 10.1.0.2[c]", "10.1.0.1:8080 10.1.0.2:8080", {}],
    [
      "a node without zone",
      "10.1.0.1[a] 10.1.0.2[b]",
      "10.1.0.1:8080 10.1.0.2:8080",
      { zone: undefined },
    ],
    ["an unready one without", "10.1.0.1[a] 10.1.0.2[b] 10.1.0.3!", "10.1.0.1:8080", {}],
    ["by node before zone", "10.1.0.1[a]{n1} 10.1.0.2[a]{n2}", "10.1.0.1:8080", {}],
    ["no node's, then by zone", "10.1.0.1[a]{n2} 10.1.0.2[b]{n3}", "10.1.0.1:8080", {}],
    [
      "one without node, then by zone",
      "10.1.0.1[a]{n1} 10.1.0.2[a]",
      "10.1.0.1:8080 10.1.0.2:8080",
      {},
    ],
    [
      "by node on a node without zone",
      "10.1.0.1{n1} 10.1.0.2{n2}",
      "10.1.0.1:8080",
      { zone: undefined },
    ],
  ];
  it.each(rows)("%s: %s", (_title, endpoints, cluster, node) => {
    const input = { service: web(), slices: slices(endpoints), node };
    expect(planText(planOf(input))).toEqual([
      "http TCP 10.0.0.1:80 -> cluster",
      ` cluster ${cluster}`,
    ]);
  });

  it("never apply to Local policies", () => {
    const hinted = slices("10.1.0.1@n1[b] 10.1.0.2@n1[a]");
    expect(planText(planOf({ service: web(local), slices: hinted }))).toEqual([
      "http TCP 10.0.0.1:80 -> local",
      " local 10.1.0.1:8080* 10.1.0.2:8080*",
    ]);
  });

  it("of a zone do not hide that the cluster has endpoints", () => {
    const hinted = slices("10.1.0.2@n2[a]");
    expect(planText(planOf({ service: nodePort(externalLocal), slices: hinted }))).toContain(
      " NodePort 192.0.2.1:30080 -> drop (Local)",
    );
  });
});
