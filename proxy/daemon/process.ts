import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Logger } from "#observe/contract.ts";
import { applySettings, conntrackSettings } from "../conntrack/limits.ts";
import type { ProcessSettings } from "./contract.ts";

/** What takes all of root's powers: limits of connection tracking, and who is ended last when memory runs out. */
export function prepareProcess({ conntrack, oomScoreAdj }: ProcessSettings, logger: Logger): void {
  applySettings(conntrackSettings(conntrack, availableParallelism()), logger);
  setOomScore(oomScoreAdj, logger);
}

function setOomScore(score: number, logger: Logger): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", String(score));
  } catch (error) {
    logger.warn({ err: error }, `oom_score_adj stays as it is, not ${score}`);
  }
}
