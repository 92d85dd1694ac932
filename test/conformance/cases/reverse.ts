import type { Case } from "../contract.ts";
import { noData, soa } from "./soa.ts";

const nxReverse = { rcode: "NXDOMAIN", authority: soa("in-addr.arpa.") } as const;
const nibbles = (address: string): string => `${[...address].reverse().join(".")}.ip6.arpa.`;

/** Addresses back to names. */
export const reverseCases: readonly Case[] = [
  {
    row: "70",
    ask: "100.0.0.10.in-addr.arpa. PTR",
    answer: "100.0.0.10.in-addr.arpa. 5 IN PTR svc1.$",
  },
  {
    row: "70 IPv6",
    ask: `${nibbles("1234abcd000000000000000000000001")} PTR`,
    answer: `${nibbles("1234abcd000000000000000000000001")} 5 IN PTR svc6.$`,
  },
  {
    row: "70 dual stack",
    ask: "3.0.0.10.in-addr.arpa. PTR",
    answer: "3.0.0.10.in-addr.arpa. 5 IN PTR svc-dual-stack.$",
  },
  {
    row: "70 another type",
    ask: "100.0.0.10.in-addr.arpa. A",
    authority: soa("in-addr.arpa."),
    coredns: { ...nxReverse, why: "the name has a PTR record, so it exists (RFC 2308 §2.2)" },
  },
  {
    row: "71",
    ask: "100.1.0.172.in-addr.arpa. PTR",
    answer: "100.1.0.172.in-addr.arpa. 5 IN PTR twice.svc-two-slices.$",
  },
  {
    row: "72",
    ask: "99.1.0.172.in-addr.arpa. PTR",
    answer: `99.1.0.172.in-addr.arpa. 5 IN PTR double-ep.shared-a.$
             99.1.0.172.in-addr.arpa. 5 IN PTR double-ep.shared-b.$`,
  },
  {
    row: "73",
    ask: `${nibbles("fd000077003000000000000000029ba6")} PTR`,
    answer: `${nibbles("fd000077003000000000000000029ba6")} 5 IN PTR ip6named.hdls6.$`,
  },
  {
    row: "an endpoint without a host name",
    ask: "2.0.0.172.in-addr.arpa. PTR",
    answer: "2.0.0.172.in-addr.arpa. 5 IN PTR 172-0-0-2.hdls1.$",
  },
  {
    row: "an endpoint of a ClusterIP service",
    ask: "1.0.0.172.in-addr.arpa. PTR",
    answer: "1.0.0.172.in-addr.arpa. 5 IN PTR ep1a.svc1.$",
  },
  { row: "an endpoint that is not ready", ask: "1.2.0.172.in-addr.arpa. PTR", ...nxReverse },
  { row: "74", ask: "101.0.0.10.in-addr.arpa. PTR", ...nxReverse },
  {
    row: "74 IPv6",
    ask: `${nibbles("1234abcd000000000000000000000099")} PTR`,
    rcode: "NXDOMAIN",
    authority: soa("ip6.arpa."),
  },
  { row: "74 part of an address", ask: "0.0.10.in-addr.arpa. PTR", ...nxReverse },
  { row: "74 five labels", ask: "5.1.0.0.10.in-addr.arpa. PTR", ...nxReverse },
  {
    row: "the apex of the reverse zone, SOA",
    ask: "in-addr.arpa. SOA",
    answer: soa("in-addr.arpa."),
  },
  { row: "78", ask: "svc1.testns.svc.0.10.in-addr.arpa. A", ...nxReverse },
  { row: "reverse in the forward zone", ask: "svc1.$ PTR", ...noData },
];
