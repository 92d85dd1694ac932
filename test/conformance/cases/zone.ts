import { isIP } from "node:net";
import type { Case } from "../contract.ts";
import { machineAddresses } from "../fixture.ts";
import { noData, nxDomain, soa } from "./soa.ts";

/** Records of `ns.dns` for the addresses of this machine: what stands for the name server when no Service does. */
const hasIPv4 = machineAddresses.some((address) => isIP(address) === 4);
const needsAddress = hasIPv4 ? {} : { later: "needs an IPv4 address beside loopback" };
const ownAddresses = (family: 4 | 6): string =>
  (hasIPv4 ? machineAddresses : ["192.0.2.1"])
    .filter((address) => isIP(address) === family)
    .map((address) => `ns.dns.@ 5 IN ${family === 4 ? "A" : "AAAA"} ${address}`)
    .join("\n");

/** CoreDNS looks for its own names in lower case only. */
const asWritten = {
  inMixedCase: true,
  why: "names are equal whatever their case (RFC 4343 §3)",
} as const;

/** The zone itself: apex, version, the names above services, several zones. */
export const zoneCases: readonly Case[] = [
  { row: "28", ask: "dns-version.@ TXT", answer: 'dns-version.@ 28800 IN TXT "1.1.0"' },
  {
    row: "29",
    ask: "dns-version.@ A",
    ...noData,
    coredns: { ...nxDomain, why: "the name has a TXT record, so it exists (RFC 2308 §2.2)" },
  },
  { row: "30", ask: "@ SOA", answer: soa() },
  {
    row: "32",
    ask: "nosuch.@ SOA",
    ...nxDomain,
    coredns: { ...noData, why: "the name does not exist, whatever type is asked (RFC 8020 §2)" },
  },
  {
    row: "33",
    config: "everywhere-no-endpoints",
    ask: "@ NS",
    answer: "@ 5 IN NS ns.dns.@",
    additional: `${ownAddresses(4)}\n${ownAddresses(6)}`,
    coredns: { ...noData, ...asWritten },
    ...needsAddress,
  },
  {
    row: "33 the name server's address",
    config: "everywhere-no-endpoints",
    ask: "ns.dns.@ A",
    answer: ownAddresses(4),
    coredns: { ...nxDomain, ...asWritten },
    ...needsAddress,
  },
  { row: "33 on loopback alone", ask: "@ NS", ...noData },
  { row: "33 on loopback alone, the address", exactCase: true, ask: "ns.dns.@ A", ...noData },
  {
    row: "33 another type",
    ask: "ns.dns.@ TXT",
    ...noData,
    coredns: { ...nxDomain, why: "the name has addresses, so it exists (RFC 2308 §2.2)" },
  },
  {
    row: "33 the label above",
    ask: "dns.@ A",
    ...noData,
    coredns: { ...nxDomain, why: "the name has a child, so it exists (RFC 8020 §2)" },
  },
  {
    row: "34",
    config: "everywhere",
    ask: "@ NS",
    answer: "@ 5 IN NS kube-dns.kube-system.svc.@",
    additional: "kube-dns.kube-system.svc.@ 5 IN A 10.0.0.10",
    coredns: { ...noData, ...asWritten },
    ...needsAddress,
  },
  {
    row: "34 the default name",
    config: "everywhere",
    ask: "ns.dns.@ A",
    answer: "ns.dns.@ 5 IN A 10.0.0.10",
    coredns: { ...nxDomain, ...asWritten },
    ...needsAddress,
  },
  {
    row: "34 in a reverse zone",
    config: "everywhere",
    ask: "in-addr.arpa. NS",
    answer: "in-addr.arpa. 5 IN NS kube-dns.kube-system.svc.in-addr.arpa.",
    additional: "kube-dns.kube-system.svc.in-addr.arpa. 5 IN A 10.0.0.10",
    coredns: { authority: soa("in-addr.arpa."), ...asWritten },
    ...needsAddress,
  },
  ...["A", "AAAA", "SRV", "HINFO", "MX", "PTR"].map((type) => ({
    row: `35 ${type}`,
    ask: `@ ${type}`,
    ...noData,
  })),
  {
    row: "36",
    ask: "@ TXT",
    ...noData,
    coredns: { ...nxDomain, why: "the apex exists (RFC 2308 §2.2)" },
  },
  { row: "37 svc", ask: "svc.@ A", ...noData },
  { row: "37 pod", ask: "pod.@ A", ...noData },
  { row: "38", ask: "$ A", ...noData },
  { row: "38 an empty namespace", ask: "emptyns.svc.@ A", ...noData },
  { row: "38 no namespace", ask: "nosuch.svc.@ A", ...nxDomain },
  { row: "39 svc", ask: "svc.@ NS", ...noData },
  { row: "39 namespace", ask: "$ NS", ...noData },
  { row: "40", ask: "foo.@ NS", ...nxDomain },
  { row: "40 below svc", ask: "foo.svc.@ NS", ...nxDomain },
  { row: "77", ask: "example.org.@ PTR", ...nxDomain },
  { row: "77 reverse", ask: "100.0.0.10.@ PTR", ...nxDomain },
  { row: "a name that is no svc and no pod", ask: "foo.@ A", ...nxDomain },
  {
    row: "83",
    config: "everywhere",
    ask: "CLUSTER.local. NS",
    exactCase: true,
    answer: "CLUSTER.local. 5 IN NS kube-dns.kube-system.svc.CLUSTER.local.",
    additional: "kube-dns.kube-system.svc.CLUSTER.local. 5 IN A 10.0.0.10",
    ...needsAddress,
    coredns: {
      authority: soa("CLUSTER.local."),
      why: asWritten.why,
    },
  },
  { row: "25 by label", config: "namespace-labels", ask: "svc1.otherns.svc.@ A", ...nxDomain },
  {
    row: "25 by label, exposed",
    config: "namespace-labels",
    ask: "svc1.$ A",
    answer: "svc1.$ 5 IN A 10.0.0.100",
  },
  {
    row: "25 by label, the namespace",
    config: "namespace-labels",
    ask: "otherns.svc.@ A",
    ...nxDomain,
  },
  {
    row: "25 by label, reverse",
    config: "namespace-labels",
    ask: "1.1.0.10.in-addr.arpa. PTR",
    rcode: "NXDOMAIN",
    authority: soa("in-addr.arpa."),
    coredns: {
      answer: "1.1.0.10.in-addr.arpa. 5 IN PTR svc1.otherns.svc.@",
      why: "a namespace that is not exposed does not show in reverse either, as with `namespaces`",
    },
  },
  { row: "25 the namespace", config: "one-namespace", ask: "otherns.svc.@ A", ...nxDomain },
  {
    row: "25 reverse",
    config: "one-namespace",
    ask: "1.1.0.10.in-addr.arpa. PTR",
    rcode: "NXDOMAIN",
    authority: soa("in-addr.arpa."),
  },
  {
    row: "labels: a service that has it",
    config: "labels",
    ask: "labelled.$ A",
    answer: "labelled.$ 5 IN A 10.0.0.60",
  },
  { row: "labels: one that has not", config: "labels", ask: "svc1.$ A", ...nxDomain },
  {
    row: "labels: slices count too",
    config: "labels",
    ask: "labelled-headless.$ A",
    answer: "labelled-headless.$ 5 IN A 172.0.6.1",
  },
  { row: "ttl 0", config: "ttl-0", ask: "svc1.$ A", answer: "svc1.$ 0 IN A 10.0.0.100" },
  {
    row: "ttl 0, negative",
    config: "ttl-0",
    ask: "svc0.$ A",
    rcode: "NXDOMAIN",
    authority: soa("@", 0),
  },
  { row: "ttl 3600", config: "ttl-3600", ask: "svc1.$ A", answer: "svc1.$ 3600 IN A 10.0.0.100" },
  {
    row: "ttl 3600, negative",
    config: "ttl-3600",
    ask: "svc0.$ A",
    rcode: "NXDOMAIN",
    authority: soa("@", 300, 3600),
  },
  { row: "ttl 3600, SOA asked", config: "ttl-3600", ask: "@ SOA", answer: soa("@", 300, 3600) },
  {
    row: "the second of two zones",
    config: "two-zones",
    ask: "svc1.testns.svc.example.org. A",
    answer: "svc1.testns.svc.example.org. 5 IN A 10.0.0.100",
  },
  {
    row: "the second of two zones, SRV",
    config: "two-zones",
    ask: "_http._tcp.svc1.testns.svc.example.org. SRV",
    answer:
      "_http._tcp.svc1.testns.svc.example.org. 5 IN SRV 0 100 80 svc1.testns.svc.example.org.",
    additional: "svc1.testns.svc.example.org. 5 IN A 10.0.0.100",
  },
  {
    row: "the second of two zones, negative",
    config: "two-zones",
    ask: "svc0.testns.svc.example.org. A",
    rcode: "NXDOMAIN",
    authority: soa("example.org."),
  },
  {
    row: "two zones: PTR uses the first",
    config: "two-zones",
    ask: "100.0.0.10.in-addr.arpa. PTR",
    answer: "100.0.0.10.in-addr.arpa. 5 IN PTR svc1.$",
  },
];
