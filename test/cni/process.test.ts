import { asProcess } from "./plugins.ts";
import { rows } from "./rows/all.ts";
import { describeRows } from "./suite.ts";

/** One row of each kind: a process a call is slow to start, and does the same. */
const numbers = [1, 3, 22, 23, 30, 35, 42, 43, 58, 61];

describeRows(
  "Fairlead's plugin as a process",
  asProcess,
  rows.filter(({ number }) => numbers.includes(number)),
);
