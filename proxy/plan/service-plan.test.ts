import { describe, expect, it } from "vitest";
import { planOf, planText, service, slice } from "./test-objects.ts";
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

describe("which Services are planned", () => {
  const rows: readonly Row[] = [
    [
      "a ClusterIP",
      { service: web(), slices: both },
      ["http TCP 10.0.0.1:80 -> cluster", " cluster 10.1.0.1:8080* 10.1.0.2:8080"],
    ],
    ["headless", { service: { ...web(), headless: true, clusterIPs: [] } }, ["not proxied"]],
    ["ExternalName", { service: service("x.shop ExternalName ") }, ["not proxied"]],
    ["no address yet", { service: { ...web(), clusterIPs: [] } }, ["not proxied"]],
    ["the label of headless ones", { service: web({ hasHeadlessLabel: true }) }, ["not proxied"]],
    ["another proxy's", { service: web({ proxyName: "other" }) }, ["not proxied"]],
    [
      "our own by name",
      { service: web({ proxyName: "other" }), options: { serviceProxyName: "other" } },
      ["http TCP 10.0.0.1:80 -> refuse"],
    ],
    ["not by name", { service: web(), options: { serviceProxyName: "other" } }, ["not proxied"]],
    [
      "several ports and protocols under one number",
      {
        service: service("web.shop ClusterIP 10.0.0.1 a/TCP/53 b/UDP/53 c/SCTP/53"),
        slices: [slice("a.shop of web IPv4 a/TCP/1053 b/UDP/2053 c/SCTP/3053 | 10.1.0.1")],
      },
      [
        "a TCP 10.0.0.1:53 -> cluster",
        " cluster 10.1.0.1:1053",
        "b UDP 10.0.0.1:53 -> cluster",
        " cluster 10.1.0.1:2053",
        "c SCTP 10.0.0.1:53 -> cluster",
        " cluster 10.1.0.1:3053",
      ],
    ],
    [
      "two families",
      {
        service: service(`web.shop ClusterIP fd00::1,10.0.0.1 ${http}`),
        slices: [
          ...both,
          slice("b.shop of web IPv6 http/TCP/8080 | fd01::1@n1"),
          slice("c.shop of web FQDN http/TCP/8080 | a.example.org"),
        ],
      },
      [
        "http TCP 10.0.0.1:80 -> cluster",
        " cluster 10.1.0.1:8080* 10.1.0.2:8080",
        "http TCP [fd00::1]:80 -> cluster",
        " cluster [fd01::1]:8080*",
      ],
    ],
    [
      "a family without endpoints",
      { service: web(), slices: [slice("b.shop of web IPv6 http/TCP/8080 | fd01::1")] },
      ["http TCP 10.0.0.1:80 -> refuse"],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(planText(planOf(input))).toEqual(expected);
  });
});

describe("traffic policies", () => {
  const toBoth = " cluster 10.1.0.1:8080* 10.1.0.2:8080";
  const toRemote = " cluster 10.1.0.2:8080";
  const internal = "http TCP 10.0.0.1:80 ->";
  const node = " NodePort 192.0.2.1:30080 ->";
  const rows: readonly Row[] = [
    [
      "internal Local, both",
      { service: web(local), slices: both },
      [`${internal} local`, " local 10.1.0.1:8080*"],
    ],
    ["internal Local, remote alone", { service: web(local), slices: remote }, [`${internal} drop`]],
    ["internal Local, none", { service: web(local) }, [`${internal} refuse`]],
    [
      "internal Local leaves the node port alone",
      { service: nodePort(local), slices: remote },
      [`${internal} drop`, toRemote, `${node} cluster`],
    ],
    [
      "external Cluster",
      { service: nodePort(), slices: remote },
      [`${internal} cluster`, toRemote, `${node} cluster`],
    ],
    ["external Cluster, none", { service: nodePort() }, [`${internal} refuse`, `${node} refuse`]],
    [
      "external Local, both",
      { service: nodePort(externalLocal), slices: both },
      [`${internal} cluster`, toBoth, " local 10.1.0.1:8080*", `${node} local (Local)`],
    ],
    [
      "external Local, remote alone: the ClusterIP and the short circuits reach it",
      { service: nodePort(externalLocal), slices: remote },
      [`${internal} cluster`, toRemote, `${node} drop (Local)`],
    ],
    [
      "external Local, none anywhere",
      { service: nodePort(externalLocal) },
      [`${internal} refuse`, `${node} refuse (Local)`],
    ],
    [
      "both Local, remote alone",
      { service: nodePort({ ...local, ...externalLocal }), slices: remote },
      [`${internal} drop`, toRemote, `${node} drop (Local)`],
    ],
    [
      "external Local without anything external",
      { service: web(externalLocal), slices: both },
      [`${internal} cluster`, toBoth],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(planText(planOf(input))).toEqual(expected);
  });
});

describe("affinity", () => {
  it.each([
    [undefined, "http TCP 10.0.0.1:80 -> refuse", []],
    [10_800, "http TCP 10.0.0.1:80 -> refuse affinity 10800", []],
    [1, "http TCP 10.0.0.1:80 -> refuse affinity 1", []],
    [0, "http TCP 10.0.0.1:80 -> refuse affinity 1", ["warning bad-affinity-timeout"]],
    [86_401, "http TCP 10.0.0.1:80 -> refuse affinity 86400", ["warning bad-affinity-timeout"]],
  ])("%s seconds", (affinityTimeoutSeconds, line, warnings) => {
    const plan = planOf({ service: web({ affinityTimeoutSeconds }) });
    expect(planText(plan)).toEqual([line, ...warnings]);
  });
});

describe("a ClusterIP that can be none", () => {
  it.each(["127.0.0.1", "224.0.0.1", "0.0.0.0"])("%s is passed over", (clusterIP) => {
    const plan = planOf({ service: service(`web.shop ClusterIP ${clusterIP},fd00::1 ${http}`) });
    expect(planText(plan)).toEqual(["http TCP [fd00::1]:80 -> refuse", "warning bad-cluster-ip"]);
  });
});

it("a warning names the object, the field, the value and what is wrong with it", () => {
  const plan = planOf({
    service: web({ externalIPs: ["300.1.1.1"] }),
    slices: slices("127.0.0.1 127.0.0.2 10.1.0.1"),
  });
  expect(plan?.warnings.map(({ message }) => message)).toEqual([
    'Service shop/web: spec.externalIPs: "300.1.1.1" is no IP address',
    'EndpointSlice shop/a: endpoints.addresses: "127.0.0.1" and 1 more: a loopback address can be no endpoint',
  ]);
});
