import type { Case } from "../contract.ts";
import { noData, nxDomain } from "./soa.ts";

/** Names made of pod addresses, in the three modes of `pods`. */
export const podCases: readonly Case[] = [
  { row: "60", ask: "10-240-0-1.podns.pod.@ A", ...nxDomain },
  {
    row: "61",
    config: "pods-insecure",
    ask: "10-240-0-1.podns.pod.@ A",
    answer: "10-240-0-1.podns.pod.@ 5 IN A 10.240.0.1",
  },
  {
    row: "62 insecure",
    config: "pods-insecure",
    ask: "172-0-0-2.podns.pod.@ A",
    answer: "172-0-0-2.podns.pod.@ 5 IN A 172.0.0.2",
  },
  { row: "62 verified", config: "pods-verified", ask: "172-0-0-2.podns.pod.@ A", ...nxDomain },
  {
    row: "63",
    config: "pods-verified",
    ask: "10-240-0-1.podns.pod.@ A",
    answer: "10-240-0-1.podns.pod.@ 5 IN A 10.240.0.1",
  },
  {
    row: "63 another namespace",
    config: "pods-verified",
    ask: "10-240-0-1.testns.pod.@ A",
    ...nxDomain,
  },
  {
    row: "63 its namespace",
    config: "pods-verified",
    ask: "10-240-0-9.testns.pod.@ A",
    answer: "10-240-0-9.testns.pod.@ 5 IN A 10.240.0.9",
  },
  {
    row: "63 the secondary address",
    config: "pods-verified",
    ask: "fd00--240-1.podns.pod.@ AAAA",
    answer: "fd00--240-1.podns.pod.@ 5 IN AAAA fd00::240:1",
    coredns: {
      ...nxDomain,
      why: "a dual-stack pod has both its addresses (Kubernetes API, status.podIPs)",
    },
  },
  {
    row: "63 IPv6",
    config: "pods-verified",
    ask: "fd00--1.podns.pod.@ AAAA",
    answer: "fd00--1.podns.pod.@ 5 IN AAAA fd00::1",
  },
  {
    row: "63 the other family",
    config: "pods-verified",
    ask: "10-240-0-1.podns.pod.@ AAAA",
    ...noData,
  },
  ...["A", "AAAA", "HINFO"].map((type) => ({
    row: `64 ${type}`,
    config: "pods-insecure" as const,
    ask: `blah.podns.pod.@ ${type}`,
    ...nxDomain,
  })),
  {
    row: "64 an octet too large",
    config: "pods-insecure",
    ask: "10-240-0-256.podns.pod.@ A",
    ...nxDomain,
  },
  {
    row: "64 a leading zero",
    config: "pods-insecure",
    ask: "10-240-0-01.podns.pod.@ A",
    ...nxDomain,
  },
  {
    row: "64 two labels",
    config: "pods-insecure",
    ask: "a.10-240-0-1.podns.pod.@ A",
    ...nxDomain,
    coredns: {
      answer: "a.10-240-0-1.podns.pod.@ 5 IN A 10.240.0.1",
      why: "nothing is published below the name of a pod",
    },
  },
  { row: "65 insecure", config: "pods-insecure", ask: "blah.pod-nons.pod.@ A", ...nxDomain },
  {
    row: "65 an address in no namespace",
    config: "pods-insecure",
    ask: "10-240-0-1.pod-nons.pod.@ A",
    ...nxDomain,
  },
  { row: "65 verified", config: "pods-verified", ask: "pod-nons.pod.@ A", ...nxDomain },
  { row: "66 insecure", config: "pods-insecure", ask: "podns.pod.@ A", ...noData },
  { row: "66 verified", config: "pods-verified", ask: "podns.pod.@ A", ...noData },
  { row: "67", ask: "podns.pod.@ A", ...nxDomain },
  { row: "68", config: "pods-insecure", ask: "10-240-0-1.podns.pod.@ AAAA", ...noData },
  { row: "68 TXT", config: "pods-insecure", ask: "10-240-0-1.podns.pod.@ TXT", ...noData },
  {
    row: "69",
    config: "pods-insecure",
    ask: "fd00--1.podns.pod.@ AAAA",
    answer: "fd00--1.podns.pod.@ 5 IN AAAA fd00::1",
  },
  {
    row: "69 in full",
    config: "pods-insecure",
    ask: "1-2-3-4-5-6-7-8.podns.pod.@ AAAA",
    answer: "1-2-3-4-5-6-7-8.podns.pod.@ 5 IN AAAA 1:2:3:4:5:6:7:8",
  },
];
