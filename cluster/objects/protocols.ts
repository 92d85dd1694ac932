import type { Protocol } from "../contract.ts";

export const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];
