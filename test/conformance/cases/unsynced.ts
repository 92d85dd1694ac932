import type { Case } from "../contract.ts";
import { noData, soa } from "./soa.ts";

const servFail = { rcode: "SERVFAIL", authority: soa() } as const;

/** With services listed and endpoint slices still to come: what is known is answered, what is missing is no denial. */
export const unsyncedCases: readonly Case[] = [
  { row: "80", ask: "svc1.$ A", answer: "svc1.$ 5 IN A 10.0.0.100" },
  { row: "79", ask: "svc0.$ A", ...servFail },
  { row: "79 headless", ask: "hdls1.$ A", ...servFail },
  { row: "79 endpoint", ask: "ep1a.svc1.$ A", ...servFail },
  {
    row: "79 no data",
    ask: "svc1.$ AAAA",
    ...servFail,
    coredns: { ...noData, why: "what is missing may be in a list that is still to come" },
  },
  { row: "79 apex", ask: "@ SOA", answer: soa() },
];
