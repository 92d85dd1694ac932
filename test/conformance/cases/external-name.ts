import type { Case } from "../contract.ts";
import { noData, nxDomain } from "./soa.ts";

/** ExternalName services. What lies outside the zone needs an upstream. */
export const externalNameCases: readonly Case[] = [
  { row: "41", ask: "external.$ CNAME", answer: "external.$ 5 IN CNAME ext.interwebs.test." },
  {
    row: "42",
    config: "forwarding",
    ask: "external.$ A",
    answer: "external.$ 5 IN CNAME ext.interwebs.test.\next.interwebs.test. 5 IN A 1.2.3.4",
  },
  {
    row: "42 truncated upstream",
    config: "forwarding",
    ask: "external-cut.$ A",
    flags: "aa tc rd",
    answer: "external-cut.$ 5 IN CNAME cut.interwebs.test.\ncut.interwebs.test. 5 IN A 1.2.3.4",
  },
  {
    row: "43",
    config: "root-block-alone",
    ask: "external.$ A",
    rcode: "SERVFAIL",
    answer: "external.$ 5 IN CNAME ext.interwebs.test.",
    coredns: {
      answer: "external.$ 5 IN CNAME ext.interwebs.test.",
      why: "a lookup that failed says nothing about the data (RFC 2308 §7)",
    },
  },
  {
    row: "43 no block for the target",
    ask: "external.$ A",
    answer: "external.$ 5 IN CNAME ext.interwebs.test.",
  },
  {
    row: "43 a target without data",
    config: "root-block",
    ask: "external.$ AAAA",
    answer: "external.$ 5 IN CNAME ext.interwebs.test.",
  },
  {
    row: "44",
    config: "forwarding",
    ask: "external-gone.$ A",
    answer: "external-gone.$ 5 IN CNAME gone.interwebs.test.",
  },
  { row: "45", ask: "external.$ SRV", ...noData },
  { row: "45 TXT", ask: "external.$ TXT", ...noData },
  {
    row: "46",
    ask: "external-to-service.$ A",
    answer: "external-to-service.$ 5 IN CNAME svc1.$\nsvc1.$ 5 IN A 10.0.0.100",
  },
  { row: "46 no data at the target", ask: "external-to-service.$ AAAA", ...noData },
  {
    row: "46 CNAME asked",
    ask: "external-to-service.$ CNAME",
    answer: "external-to-service.$ 5 IN CNAME svc1.$",
  },
  {
    row: "46 headless target",
    ask: "external-to-headless.$ AAAA",
    answer: `external-to-headless.$ 5 IN CNAME hdls1.$
             hdls1.$ 5 IN AAAA 5678:abcd::1
             hdls1.$ 5 IN AAAA 5678:abcd::2`,
  },
  { row: "46 no such target", ask: "external-to-missing.$ A", ...noData },
  {
    row: "46 chain",
    ask: "external-chain.$ A",
    answer: `external-chain.$ 5 IN CNAME external-to-service.$
             external-to-service.$ 5 IN CNAME svc1.$
             svc1.$ 5 IN A 10.0.0.100`,
  },
  { row: "46 itself", ask: "external-self.$ A", ...noData },
  { row: "46 loop", ask: "external-loop-a.$ A", ...noData },
  { row: "46 address", ask: "external-address.$ A", ...nxDomain },
  { row: "46 address, CNAME", ask: "external-address.$ CNAME", ...nxDomain },
  { row: "47", ask: "endpoint.external.$ CNAME", ...nxDomain },
  { row: "47 two labels", ask: "a.b.external.$ CNAME", ...nxDomain },
];
