import type { Case } from "../contract.ts";
import { noData, nxDomain } from "./soa.ts";

/** Headless services and the names of their endpoints. */
export const headlessCases: readonly Case[] = [
  {
    row: "11",
    ask: "_http._tcp.hdls1.$ SRV",
    answer: `_http._tcp.hdls1.$ 5 IN SRV 0 16 80 172-0-0-2.hdls1.$
             _http._tcp.hdls1.$ 5 IN SRV 0 16 80 172-0-0-3.hdls1.$
             _http._tcp.hdls1.$ 5 IN SRV 0 16 80 5678-abcd--1.hdls1.$
             _http._tcp.hdls1.$ 5 IN SRV 0 16 80 5678-abcd--2.hdls1.$
             _http._tcp.hdls1.$ 5 IN SRV 0 16 80 dup-name.hdls1.$`,
    additional: `172-0-0-2.hdls1.$ 5 IN A 172.0.0.2
                 172-0-0-3.hdls1.$ 5 IN A 172.0.0.3
                 5678-abcd--1.hdls1.$ 5 IN AAAA 5678:abcd::1
                 5678-abcd--2.hdls1.$ 5 IN AAAA 5678:abcd::2
                 dup-name.hdls1.$ 5 IN A 172.0.0.4
                 dup-name.hdls1.$ 5 IN A 172.0.0.5`,
  },
  {
    row: "12",
    ask: "hdls1.$ A",
    answer: `hdls1.$ 5 IN A 172.0.0.2
             hdls1.$ 5 IN A 172.0.0.3
             hdls1.$ 5 IN A 172.0.0.4
             hdls1.$ 5 IN A 172.0.0.5`,
  },
  {
    row: "12 shuffled by loadbalance",
    config: "loadbalance",
    ask: "hdls1.$ A",
    answer: `hdls1.$ 5 IN A 172.0.0.2
             hdls1.$ 5 IN A 172.0.0.3
             hdls1.$ 5 IN A 172.0.0.4
             hdls1.$ 5 IN A 172.0.0.5`,
  },
  {
    row: "13",
    ask: "hdls1.$ AAAA",
    answer: "hdls1.$ 5 IN AAAA 5678:abcd::1\nhdls1.$ 5 IN AAAA 5678:abcd::2",
  },
  { row: "14", ask: "hdlsprtls.$ A", answer: "hdlsprtls.$ 5 IN A 172.0.0.20" },
  { row: "15", ask: "hdlsprtls.$ SRV", ...noData },
  { row: "16", ask: "172-0-0-2.hdls1.$ A", answer: "172-0-0-2.hdls1.$ 5 IN A 172.0.0.2" },
  {
    row: "16 SRV",
    ask: "172-0-0-2.hdls1.$ SRV",
    answer: "172-0-0-2.hdls1.$ 5 IN SRV 0 100 80 172-0-0-2.hdls1.$",
    additional: "172-0-0-2.hdls1.$ 5 IN A 172.0.0.2",
  },
  {
    row: "17",
    ask: "5678-abcd--1.hdls1.$ AAAA",
    answer: "5678-abcd--1.hdls1.$ 5 IN AAAA 5678:abcd::1",
  },
  { row: "18", ask: "172-0-0-2.hdls1.$ AAAA", ...noData },
  {
    row: "19",
    ask: "dup-name.hdls1.$ A",
    answer: "dup-name.hdls1.$ 5 IN A 172.0.0.4\ndup-name.hdls1.$ 5 IN A 172.0.0.5",
  },
  {
    row: "20",
    ask: "172-0-0-20.hdlsprtls.$ A",
    answer: "172-0-0-20.hdlsprtls.$ 5 IN A 172.0.0.20",
  },
  { row: "21", ask: "bogusendpoint.hdls1.$ A", ...nxDomain },
  { row: "21 address of another", ask: "172-0-0-20.hdls1.$ A", ...nxDomain },
  { row: "56", ask: "hdls-unready.$ A", ...nxDomain },
  { row: "56 SRV", ask: "_http._tcp.hdls-unready.$ SRV", ...nxDomain },
  { row: "56 TXT", ask: "hdls-unready.$ TXT", ...nxDomain },
  { row: "56 endpoint", ask: "172-0-2-1.hdls-unready.$ A", ...nxDomain },
  { row: "56 no slice", ask: "hdls-none.$ A", ...nxDomain },
  { row: "57", ask: "hdls-publish.$ A", answer: "hdls-publish.$ 5 IN A 172.0.2.3" },
  { row: "58", ask: "hdls-nil.$ A", answer: "hdls-nil.$ 5 IN A 172.0.2.4" },
  { row: "59", config: "no-endpoints", ask: "hdls1.$ A", ...nxDomain },
  { row: "59 endpoint", config: "no-endpoints", ask: "172-0-0-2.hdls1.$ A", ...nxDomain },
  {
    row: "59 ClusterIP",
    config: "no-endpoints",
    ask: "svc1.$ A",
    answer: "svc1.$ 5 IN A 10.0.0.100",
  },
  { row: "59 endpoint of ClusterIP", config: "no-endpoints", ask: "ep1a.svc1.$ A", ...nxDomain },
  {
    row: "59 reverse of an endpoint",
    config: "no-endpoints",
    ask: "1.0.0.172.in-addr.arpa. PTR",
    rcode: "NXDOMAIN",
    authority:
      "in-addr.arpa. 5 IN SOA ns.dns.in-addr.arpa. hostmaster.in-addr.arpa. SERIAL 7200 1800 86400 5",
  },
  {
    row: "several slices: an address in two of them once",
    ask: "hdls-slices.$ A",
    answer: "hdls-slices.$ 5 IN A 172.0.3.1\nhdls-slices.$ 5 IN A 172.0.3.2",
  },
  {
    row: "several slices: a port in two of them",
    ask: "_http._tcp.hdls-slices.$ SRV",
    answer: `_http._tcp.hdls-slices.$ 5 IN SRV 0 33 80 one.hdls-slices.$
             _http._tcp.hdls-slices.$ 5 IN SRV 0 33 8080 one.hdls-slices.$
             _http._tcp.hdls-slices.$ 5 IN SRV 0 33 8080 two.hdls-slices.$`,
    additional: "one.hdls-slices.$ 5 IN A 172.0.3.1\ntwo.hdls-slices.$ 5 IN A 172.0.3.2",
  },
  {
    row: "several slices: a port in one of them",
    ask: "_admin._tcp.hdls-slices.$ SRV",
    answer: "_admin._tcp.hdls-slices.$ 5 IN SRV 0 100 8000 one.hdls-slices.$",
    additional: "one.hdls-slices.$ 5 IN A 172.0.3.1",
  },
  { row: "a port nobody has", ask: "_nosuch._tcp.hdls1.$ SRV", ...nxDomain },
  {
    row: "A under a port label",
    ask: "_admin._tcp.hdls-slices.$ A",
    answer: "_admin._tcp.hdls-slices.$ 5 IN A 172.0.3.1",
  },
  {
    row: "protocol label of a headless service",
    ask: "_tcp.hdls1.$ SRV",
    ...noData,
    coredns: { ...nxDomain, why: "the name has children, so it exists (RFC 8020 §2)" },
  },
  {
    row: "IPv6 name that ends in a dash gets a zero",
    ask: "1234-abcd--0.hdls6.$ AAAA",
    answer: "1234-abcd--0.hdls6.$ 5 IN AAAA 1234:abcd::",
  },
  { row: "pod names off: the pod's name", ask: "short-pod.hdls-pods.$ A", ...nxDomain },
  {
    row: "pod names off: the address",
    ask: "172-0-4-1.hdls-pods.$ A",
    answer: "172-0-4-1.hdls-pods.$ 5 IN A 172.0.4.1",
  },
  {
    row: "pod names on: the pod's name",
    config: "endpoint-pod-names",
    ask: "short-pod.hdls-pods.$ A",
    answer: "short-pod.hdls-pods.$ 5 IN A 172.0.4.1",
  },
  {
    row: "pod names on: the address no longer",
    config: "endpoint-pod-names",
    ask: "172-0-4-1.hdls-pods.$ A",
    ...nxDomain,
  },
  {
    row: "pod names on: a name of 64 characters fits no label",
    config: "endpoint-pod-names",
    ask: "172-0-4-2.hdls-pods.$ A",
    answer: "172-0-4-2.hdls-pods.$ 5 IN A 172.0.4.2",
  },
  {
    row: "pod names on: the host name goes first",
    config: "endpoint-pod-names",
    ask: "named.hdls-pods.$ A",
    answer: "named.hdls-pods.$ 5 IN A 172.0.4.3",
  },
  {
    row: "pod names on: the pod's name behind a host name",
    config: "endpoint-pod-names",
    ask: "unused-pod.hdls-pods.$ A",
    ...nxDomain,
  },
  {
    row: "pod names on: SRV",
    config: "endpoint-pod-names",
    ask: "_http._tcp.hdls-pods.$ SRV",
    answer: `_http._tcp.hdls-pods.$ 5 IN SRV 0 33 80 172-0-4-2.hdls-pods.$
             _http._tcp.hdls-pods.$ 5 IN SRV 0 33 80 named.hdls-pods.$
             _http._tcp.hdls-pods.$ 5 IN SRV 0 33 80 short-pod.hdls-pods.$`,
    additional: `172-0-4-2.hdls-pods.$ 5 IN A 172.0.4.2
                 named.hdls-pods.$ 5 IN A 172.0.4.3
                 short-pod.hdls-pods.$ 5 IN A 172.0.4.1`,
  },
  {
    row: "pod names on: reverse",
    config: "endpoint-pod-names",
    ask: "1.4.0.172.in-addr.arpa. PTR",
    answer: "1.4.0.172.in-addr.arpa. 5 IN PTR short-pod.hdls-pods.$",
  },
];
