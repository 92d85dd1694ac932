import { describe, expect, it } from "vitest";
import { type PlanCase, planOf, planText, service, slice } from "./test-objects.ts";
import {
  balancer,
  both,
  externalLocal,
  http,
  nodePort,
  remote,
  slices,
  web,
} from "./test-services.ts";

describe("frontends", () => {
  const frontends = (input: PlanCase) =>
    planText(planOf({ slices: both, ...input })).filter((line) =>
      /^( NodePort| LoadBalancer| ExternalIP|warning|health)/.test(line),
    );
  const rows: readonly (readonly [string, PlanCase, readonly string[]])[] = [
    [
      "node port on each chosen address",
      {
        service: nodePort(),
        node: { nodePortAddresses: { 4: ["192.0.2.1", "198.51.100.1"], 6: [] } },
      },
      [" NodePort 192.0.2.1:30080 -> cluster", " NodePort 198.51.100.1:30080 -> cluster"],
    ],
    ["a stale node port of a ClusterIP", { service: { ...nodePort(), type: "ClusterIP" } }, []],
    [
      "load balancer without node port",
      {
        service: service(`web.shop LoadBalancer 10.0.0.1 ${http}`, {
          loadBalancerIngress: [{ ip: "203.0.113.3", ipMode: "VIP" }],
        }),
      },
      [" LoadBalancer 203.0.113.3:80 -> cluster"],
    ],
    [
      "load balancer that proxies",
      { service: balancer({ loadBalancerIngress: [{ ip: "203.0.113.3", ipMode: "Proxy" }] }) },
      [" NodePort 192.0.2.1:30080 -> cluster"],
    ],
    [
      "load balancer addresses of a Service that has become a ClusterIP",
      { service: { ...balancer(), type: "ClusterIP" } },
      [],
    ],
    [
      "external IPs",
      { service: web({ externalIPs: ["198.51.100.7", "198.51.100.7", "010.002.0.1"] }) },
      [" ExternalIP 198.51.100.7:80 -> cluster", " ExternalIP 10.2.0.1:80 -> cluster"],
    ],
    [
      "external IP with Local",
      { service: web({ ...externalLocal, externalIPs: ["198.51.100.7"] }) },
      [" ExternalIP 198.51.100.7:80 -> local (Local)"],
    ],
    [
      "of two families",
      {
        service: service(`web.shop NodePort 10.0.0.1,fd00::1 ${http}>30080`, {
          externalIPs: ["2001:db8::7"],
        }),
      },
      [
        " NodePort 192.0.2.1:30080 -> cluster",
        " NodePort [2001:db8::1]:30080 -> refuse",
        " ExternalIP [2001:db8::7]:80 -> refuse",
      ],
    ],
    [
      "bad external IPs",
      {
        service: web({
          externalIPs: ["300.1.1.1", "127.0.0.1", "2001:db8::7", "10.0.0.1", "198.51.100.7"],
        }),
      },
      [" ExternalIP 198.51.100.7:80 -> cluster", ...Array(4).fill("warning bad-external-ip")],
    ],
    [
      "a bad load balancer address",
      {
        service: balancer({
          loadBalancerIngress: [
            { ip: "example", ipMode: "VIP" },
            { ip: "203.0.113.3", ipMode: "VIP" },
          ],
        }),
      },
      [
        " NodePort 192.0.2.1:30080 -> cluster",
        " LoadBalancer 203.0.113.3:80 -> cluster",
        "warning bad-load-balancer-ip",
      ],
    ],
    [
      "an address that is both external and the load balancer's keeps the ranges",
      {
        service: service(`web.shop LoadBalancer 10.0.0.1 ${http}`, {
          externalIPs: ["203.0.113.3"],
          loadBalancerIngress: [{ ip: "203.0.113.3", ipMode: "VIP" }],
          loadBalancerSourceRanges: ["198.51.100.0/24"],
        }),
      },
      [" LoadBalancer 203.0.113.3:80 from 198.51.100.0/24 -> cluster"],
    ],
    [
      "an address and port that are both the node's and external",
      {
        service: service("web.shop NodePort 10.0.0.1 http/TCP/30080>30080", {
          externalIPs: ["192.0.2.1"],
        }),
      },
      [" ExternalIP 192.0.2.1:30080 -> cluster"],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(frontends(input)).toEqual(expected);
  });

  const ranges: readonly (readonly [string, readonly string[], string, readonly string[]])[] = [
    ["one", ["198.51.100.0/24"], "198.51.100.0/24", []],
    ["with host bits", ["198.51.100.7/24"], "198.51.100.0/24", []],
    ["contained ones dropped", ["10.1.0.0/16", "10.0.0.0/8", "10.0.0.0/8"], "10.0.0.0/8", []],
    ["everybody", ["198.51.100.0/24", "0.0.0.0/0"], "", []],
    ["the node's own", ["192.0.2.0/24"], "192.0.2.0/24,203.0.113.3/32", []],
    [
      "the node's own with the address in it",
      ["192.0.2.1/32", "203.0.113.0/24"],
      "192.0.2.1/32,203.0.113.0/24",
      [],
    ],
    [
      "bad ones passed over",
      ["10.0.0.0/33", "10/8", "10.0.0.0/8"],
      "10.0.0.0/8",
      Array(2).fill("bad-source-range"),
    ],
    ["none that is good", ["10.0.0.0/33"], "nobody", ["bad-source-range"]],
    ["none of the family", ["fd00::/8"], "", ["bad-source-range"]],
  ];
  it.each(ranges)("source ranges: %s", (_title, loadBalancerSourceRanges, from, warnings) => {
    expect(frontends({ service: balancer({ loadBalancerSourceRanges }) })).toEqual([
      " NodePort 192.0.2.1:30080 -> cluster",
      ` LoadBalancer 203.0.113.3:80${from === "" ? "" : ` from ${from}`} -> cluster`,
      ...warnings.map((reason) => `warning ${reason}`),
    ]);
  });
});

describe("health checks", () => {
  const checked = balancer({ ...externalLocal, healthCheckNodePort: 32_000 });
  const rows: readonly (readonly [string, PlanCase, readonly string[]])[] = [
    ["a ready endpoint here", { service: checked, slices: both }, ["health 32000 1"]],
    ["remote alone", { service: checked, slices: remote }, ["health 32000 0"]],
    [
      "a draining one here",
      { service: checked, slices: slices("10.1.0.1@n1~") },
      ["health 32000 0"],
    ],
    [
      "each address once, whatever its ports",
      {
        service: {
          ...checked,
          ports: [
            { name: "http", protocol: "TCP", port: 80, nodePort: 0 },
            { name: "https", protocol: "TCP", port: 443, nodePort: 0 },
          ],
        },
        slices: [
          slice("a.shop of web IPv4 http/TCP/8080 https/TCP/8443 | 10.1.0.1@n1 10.1.0.3@n1"),
        ],
      },
      ["health 32000 2"],
    ],
    ["policy Cluster", { service: balancer({ healthCheckNodePort: 32_000 }), slices: both }, []],
    ["no port yet", { service: balancer(externalLocal), slices: both }, []],
    [
      "a NodePort Service",
      { service: nodePort({ ...externalLocal, healthCheckNodePort: 32_000 }), slices: both },
      [],
    ],
  ];
  it.each(rows)("%s", (_title, input, expected) => {
    expect(planText(planOf(input)).filter((line) => line.startsWith("health"))).toEqual(expected);
  });
});
