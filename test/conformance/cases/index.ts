import type { Case } from "../contract.ts";
import { clusterIpCases } from "./cluster-ip.ts";
import { externalNameCases } from "./external-name.ts";
import { headlessCases } from "./headless.ts";
import { nameCases } from "./names.ts";
import { podCases } from "./pods.ts";
import { reverseCases } from "./reverse.ts";
import { serverCases } from "./server.ts";
import { zoneCases } from "./zone.ts";

/** The whole table. */
export const cases: readonly Case[] = [
  ...clusterIpCases,
  ...headlessCases,
  ...zoneCases,
  ...externalNameCases,
  ...podCases,
  ...reverseCases,
  ...serverCases,
  ...nameCases,
];
