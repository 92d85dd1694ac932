import { describe, expect, it } from "vitest";
import type { PodObject } from "../../../kinds/types.ts";
import type { JobSpec } from "../../../kinds/workload/job.ts";
import { backOffMs, type JobObject, tallyOf, verdictOf, wantedPods } from "./outcome.ts";

const start = Date.parse("2030-01-01T00:00:00Z");

function job(spec: Partial<JobSpec>): JobObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j" },
    spec: {
      backoffLimit: 1,
      completionMode: "NonIndexed",
      suspend: false,
      selector: {},
      template: { spec: {} },
      ...spec,
    },
    status: { startTime: "2030-01-01T00:00:00Z" },
  };
}

function pods(...phases: string[]): PodObject[] {
  const conditions = [
    { type: "Ready", status: "False", lastTransitionTime: "2030-01-01T00:00:00Z" },
  ];
  return phases.map((phase) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: phase },
    spec: {},
    status: { phase, conditions },
  }));
}

const [running, done, broken] = ["Running", "Succeeded", "Failed"];

describe("a job", () => {
  // Its spec, its pods, how it has ended, how many pods it should have now.
  it.each<[Partial<JobSpec>, string[], string | undefined, number]>([
    [{ completions: 1 }, [], undefined, 1],
    [{ completions: 1 }, [running], undefined, 1],
    [{ completions: 1 }, [done], "CompletionsReached", 0],
    [{ completions: 5, parallelism: 2 }, [done, done, running], undefined, 2],
    [{ completions: 3, parallelism: 2 }, [done, done, running], undefined, 1],
    [{ completions: 1 }, [broken], undefined, 1],
    [{ completions: 1 }, [broken, broken], "BackoffLimitExceeded", 1],
    [{ completions: 1, activeDeadlineSeconds: 60 }, [running], undefined, 1],
    [{ completions: 1, activeDeadlineSeconds: 30 }, [running], "DeadlineExceeded", 1],
    [{ completions: 1, suspend: true }, [running], undefined, 0],
    // Without a number it is over when the first has ended well and the others have ended.
    [{ parallelism: 3 }, [running, running, running], undefined, 3],
    [{ parallelism: 3 }, [done, running, running], undefined, 0],
    [{ parallelism: 3 }, [done, done, broken], "CompletionsReached", 0],
  ])("%j with %j", (spec, phases, reason, wanted) => {
    const tally = tallyOf(pods(...phases));
    const given = job(spec);
    expect(verdictOf(given, tally, start + 30_000)?.reason).toBe(reason);
    expect(wantedPods(given, tally)).toBe(wanted);
  });

  it("waits twice as long after each failure, and ten minutes at most", () => {
    const waits = [0, 1, 2, 3, 20].map((count) =>
      backOffMs(tallyOf(pods(...Array<string>(count).fill(broken))), start),
    );
    expect(waits).toEqual([0, 10_000, 20_000, 40_000, 600_000]);
  });
});
