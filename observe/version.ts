import manifest from "../package.json" with { type: "json" };
import type { BuildInfo } from "./metrics.ts";

/** The build that runs. The image's build sets FAIRLEAD_REVISION to the commit. */
export const build: BuildInfo = {
  version: manifest.version,
  revision: process.env.FAIRLEAD_REVISION ?? "",
};
