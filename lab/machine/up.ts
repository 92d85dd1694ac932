import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import { checkMachine } from "./checks.ts";
import type { LabOptions, Progress } from "./contract.ts";
import { labProgress, labStatus } from "./control/client.ts";
import { removeRemains } from "./down.ts";
import { filesOf } from "./files.ts";
import { supervisorsOf } from "./find.ts";
import { withLabLock } from "./lock.ts";
import { planLab } from "./plan.ts";
import { ensureProgram } from "./program.ts";
import { ensureShim } from "./shim.ts";
import { startSupervisor } from "./start-supervisor.ts";
import { refuseTakenSubnet } from "./taken.ts";

const pollMs = 10;
const longestMs = 120_000;

/**
 * Brings a lab up and waits until everything in it is ready; one that is up already stays as it is.
 * @param tell gets each step
 * @param stop gives up waiting: what there is then, `lab down` takes away
 * @throws FairleadError FL-M001 to FL-M004, FL-U001
 */
export async function bringUp(
  options: LabOptions,
  tell: (step: Progress) => void,
  stop: AbortSignal,
): Promise<"up" | "was up"> {
  checkMachine();
  planLab(options);
  return withLabLock(options.folder, async () => {
    const status = await labStatus(options.folder);
    if (status?.ready === true) return "was up";
    if (status === undefined) {
      // What an `up` or `down` that was killed has left.
      await removeRemains(options.folder);
      refuseTakenSubnet(options.subnet);
      await ensureShim();
      const program = await ensureProgram();
      if (program?.isNew === true) tell({ kind: "step", text: "program built", atMs: 0 });
      // Who waits hears of what comes, not of what has been.
      if (stop.aborted) throw gaveUp(options.folder, undefined, true);
      startSupervisor(options, program?.file);
    }
    await untilReady(options.folder, tell, stop);
    return "up";
  });
}

async function untilReady(
  folder: string,
  tell: (step: Progress) => void,
  stop: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(longestMs)]);
  let last: Progress | undefined;
  const follow = async (): Promise<void> => {
    while (!existsSync(filesOf(folder).control) && supervisorsOf(folder).length > 0)
      await sleep(pollMs, undefined, { signal: deadline });
    for await (const step of labProgress(folder)) {
      last = step;
      if (step.kind === "step") tell(step);
    }
  };
  const stopped = new Promise<never>((_, reject) => {
    deadline.addEventListener("abort", () => reject(gaveUp(folder, last, stop.aborted)));
  });
  await Promise.race([follow(), stopped]);
  if (last?.kind !== "ready") throw gaveUp(folder, last, false);
}

function gaveUp(folder: string, last: Progress | undefined, stopped: boolean): FairleadError {
  if (stopped)
    return new FairleadError(
      "FL-M004",
      "stopped before the lab was up: fairlead lab down takes away what there is",
    );
  const { logs } = filesOf(folder);
  const reason = last?.kind === "failed" ? `: ${last.text}` : `, see the logs in ${logs}`;
  return new FairleadError("FL-M004", `the lab did not come up${reason}`);
}
