import { openArena } from "./arena.ts";
import type { Progress, Scenario, ScenarioResult, Suite } from "./contract.ts";
import { describeEnvironment } from "./environment.ts";
import { fairlead } from "./rivals/fairlead.ts";
import { saveResult } from "./store.ts";

export interface BenchOptions {
  /** Those of the suite's that are wanted. */
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly quick: boolean;
  /** Names of the servers to use; empty means all. */
  readonly servers: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function runOne(scenario: Scenario, options: BenchOptions): Promise<ScenarioResult> {
  const { arena, close } = openArena(options.progress, options.servers);
  try {
    return await scenario.run({ ...options, arena });
  } finally {
    await close();
  }
}

/**
 * Runs the scenarios one after another. Each result is saved as soon as it is there, except those of quick runs and
 * of chosen servers: these show that something works and would replace a measurement.
 */
export async function runBench(
  suite: Suite,
  options: BenchOptions,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  const environment = await describeEnvironment(suite.programs);
  const revision = await fairlead.version();
  const keep = !options.quick && options.servers.length === 0;
  for (const scenario of options.scenarios) {
    const measured = await runOne(scenario, options);
    const result = { ...measured, ...(revision === undefined ? {} : { revision }) };
    results.push(result);
    if (keep) await saveResult(result, environment);
    options.progress.done(`${scenario.name}: done${keep ? "" : ", not saved"}`);
  }
  return results;
}
