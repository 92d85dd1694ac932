import type { Reporter, TestCase, TestModule } from "vitest/node";

/** One skipped test as the summary prints it. */
export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}

/**
 * The lines behind a run: skipped tests grouped by reason, each by name, then the sum that .ci/run adds up.
 * The sum stays the last line, so that a reader of a cut log still sees it.
 */
export function summaryLines(totals: Totals): string[] {
  const byReason = Map.groupBy(totals.skipped, (test) => test.reason);
  const skipped = [...byReason].flatMap(([reason, tests]) => [
    `skipped: ${reason}`,
    ...tests.map((test) => `  - ${test.name}`),
  ]);
  return [
    ...skipped,
    `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped`,
  ];
}

/** A module that fails to load or a hook that throws counts as a failure although no test of it failed. */
export function failuresOutsideTests(module: TestModule): number {
  const suiteErrors = [...module.children.allSuites()].flatMap((suite) => suite.errors());
  return module.errors().length + suiteErrors.length;
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): TestCase[] =>
      tests.filter((test) => test.result().state === state);
    const lines = summaryLines({
      passed: inState("passed").length,
      failed:
        inState("failed").length +
        unhandledErrors.length +
        modules.reduce((sum, module) => sum + failuresOutsideTests(module), 0),
      skipped: inState("skipped").map((test) => ({
        name: `${test.module.relativeModuleId}: ${test.fullName}`,
        reason: skipReason(test),
      })),
    });
    process.stdout.write(`${lines.join("\n")}\n`);
  }
}

function skipReason(test: TestCase): string {
  const result = test.result();
  if (result.state === "skipped" && result.note !== undefined) return result.note;
  const named = /\(skipped: ([^)]+)\)/.exec(test.fullName)?.[1];
  return named ?? "no reason given";
}
