import { expect, test } from "vitest";
import type { PodSpec } from "../contract.ts";
import { testPod } from "../pods/testing.ts";
import { podHostname, utsName } from "./hostname.ts";
import { hostsText } from "./hosts.ts";
import { parseResolvConf, podResolvConf, resolvConfText } from "./resolv-conf.ts";

const node = parseResolvConf(
  "# made by hand\nsearch old\nsearch lan example.org\nnameserver 192.0.2.53\noptions edns0 ndots:1\n",
);
const defaults = { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local", node };
const cluster =
  "search shop.svc.cluster.local svc.cluster.local cluster.local lan example.org\nnameserver 10.96.0.10\noptions ndots:5\n";
const asNode = "search lan example.org\nnameserver 192.0.2.53\noptions edns0 ndots:1\n";

test.each<[string, Partial<PodSpec>, string]>([
  ["no policy is ClusterFirst", {}, cluster],
  [
    "ClusterFirst on the node's network is Default",
    { dnsPolicy: "ClusterFirst", hostNetwork: true },
    asNode,
  ],
  ["ClusterFirstWithHostNet", { dnsPolicy: "ClusterFirstWithHostNet", hostNetwork: true }, cluster],
  ["Default", { dnsPolicy: "Default" }, asNode],
  ["None, and nothing else", { dnsPolicy: "None" }, ""],
  [
    "dnsConfig is added, options replace those of their name",
    {
      dnsConfig: {
        nameservers: ["192.0.2.1", "10.96.0.10"],
        searches: ["a.b", "svc.cluster.local"],
        options: [{ name: "ndots", value: "2" }, { name: "use-vc" }],
      },
    },
    "search shop.svc.cluster.local svc.cluster.local cluster.local lan example.org a.b\nnameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2 use-vc\n",
  ],
  [
    "no more than resolvers read",
    { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"] } },
    "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\n",
  ],
])("resolv.conf: %s", (_, spec, expected) => {
  expect(resolvConfText(podResolvConf(testPod(spec), defaults))).toBe(expected);
});

test("searches end at 32, or at 2048 characters", () => {
  const searchesOf = (searches: readonly string[]): number =>
    podResolvConf(testPod({ dnsPolicy: "None", dnsConfig: { searches } }), defaults).searches
      .length;
  expect(searchesOf(Array.from({ length: 40 }, (_, n) => `d${n}`))).toBe(32);
  expect(searchesOf(Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(200, "x")))).toBe(10);
});

test.each<[string, Partial<PodSpec>, string]>([
  ["the pod's name", {}, "web"],
  ["its own", { hostname: "db-0" }, "db-0"],
  [
    "whole",
    { hostname: "db-0", subdomain: "db", setHostnameAsFQDN: true },
    "db-0.db.shop.svc.cluster.local",
  ],
  ["without a subdomain there is nothing to add", { setHostnameAsFQDN: true }, "web"],
  ["the node's", { hostNetwork: true }, "node1"],
])("host name: %s", (_, spec, expected) => {
  expect(utsName(testPod(spec), "cluster.local", "node1")).toBe(expected);
});

test("a name too long for the kernel is cut", () => {
  const pod = testPod({}, { name: `${"a".repeat(62)}-tail` });
  expect(podHostname(pod, "cluster.local").hostname).toBe("a".repeat(62));
});

test("hosts file", () => {
  const hostAliases = [{ ip: "192.0.2.9", hostnames: ["nine", "neuf"] }];
  const pod = testPod({ subdomain: "db", hostAliases });
  const lines = hostsText(pod, ["10.244.1.5", "fd00::5"], "cluster.local", "").split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "127.0.0.1\tlocalhost",
      "10.244.1.5\tweb.db.shop.svc.cluster.local\tweb",
      "fd00::5\tweb.db.shop.svc.cluster.local\tweb",
      "192.0.2.9\tnine\tneuf",
    ]),
  );
  const host = testPod({ hostNetwork: true, hostAliases });
  expect(hostsText(host, [], "cluster.local", "127.0.0.1 me\n")).toContain(
    "\n127.0.0.1 me\n\n# Entries added by HostAliases.\n192.0.2.9\tnine\tneuf\n",
  );
});
