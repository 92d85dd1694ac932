import { reference } from "./plugins.ts";
import { rows } from "./rows/all.ts";
import { describeRows } from "./suite.ts";

/** The same rows played by the reference plugins, so that the table is not our own word alone. */
describeRows(
  "the reference plugins",
  reference,
  rows,
  ({ referenceDiffers }) => referenceDiffers && `the reference ${referenceDiffers}`,
  ["cniPlugins"],
);
