import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "#observe/contract.ts";
import type { LabPlan } from "../contract.ts";
import { filesOf } from "../files.ts";
import { hostSysctls } from "../network/sysctls.ts";
import type { Underlay } from "../network/underlay.ts";
import { fairleadWords } from "../process/environment.ts";
import { keepProcess } from "../process/keep.ts";
import { outsideCorefile } from "./corefile.ts";
import { serveOutsideWeb } from "./web.ts";

/** The host beyond the cluster: names that are not of the cluster, and something to reach under them. */
export function startOutside(plan: LabPlan, underlay: Underlay, logger: Logger): void {
  const files = filesOf(plan.folder);
  mkdirSync(files.outside, { recursive: true });
  const corefile = join(files.outside, "Corefile");
  writeFileSync(corefile, outsideCorefile(plan.outside.address));
  const { namespace } = underlay.createPlace(plan.outside, hostSysctls);
  serveOutsideWeb(namespace);
  keepProcess(
    "outside",
    () => ({
      words: [...fairleadWords(), "dns", "-conf", corefile],
      logFile: files.log("outside-dns"),
      namespace,
    }),
    logger,
  );
}
