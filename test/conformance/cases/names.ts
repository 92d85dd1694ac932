import type { Case } from "../contract.ts";
import { noData, nxDomain } from "./soa.ts";

const label = "a".repeat(63);

/** Names and types at the edges of what a message can say. */
export const nameCases: readonly Case[] = [
  { row: "255 octets", ask: `${label}.${label}.${label}.${"a".repeat(47)}.@ A`, ...nxDomain },
  { row: "a label of 63 octets", ask: `${label}.$ A`, ...nxDomain },
  { row: "a hundred labels", ask: `${"a.".repeat(110)}svc.@ A`, ...nxDomain },
  { row: "a dot inside a label", ask: "svc1\\.testns.svc.@ A", ...nxDomain },
  { row: "a zero octet", ask: "svc\\0001.$ A", ...nxDomain },
  { row: "an octet above 127", ask: "svc\\2001.$ A", ...nxDomain },
  ...["TYPE0", "OPT", "TYPE65535", "TYPE253"].map((type) => ({
    row: `type ${type}`,
    ask: `svc1.$ ${type}`,
    ...noData,
  })),
];
