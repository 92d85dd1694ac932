/** Rows from 91 on: what goes beyond kube-proxy, and its fault lines. One process with the same flags serves all. */
import type { Row } from "../contract.ts";
import { balancingRows } from "./balancing.ts";
import { compatibilityRows } from "./compatibility.ts";
import { faultRows } from "./faults.ts";
import { flags } from "./flags.ts";
import { observingRows } from "./observing.ts";

export const beyondRows: readonly Row[] = [
  ...balancingRows,
  ...observingRows,
  ...faultRows,
  ...compatibilityRows,
].map((row) => ({ ...row, flags }));
