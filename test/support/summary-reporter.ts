import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/** One skipped test as the summary prints it. */
export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

/** What failed, a test or a hook or a module, as the summary prints it. */
export interface Failure {
  readonly name: string;
  readonly messages: readonly string[];
}

export interface Totals {
  readonly passed: number;
  readonly failed: readonly Failure[];
  readonly skipped: readonly SkippedTest[];
}

/** A failure's message in the summary has at most so many lines: the whole of it stands further up in the log. */
const shownMessageLines = 12;

/**
 * The lines behind a run: skipped tests grouped by reason, each by name, the failures, then the sum that .ci/run adds up.
 * Failures and sum stand last, so that a reader of a cut log still sees them.
 */
export function summaryLines(totals: Totals): string[] {
  const byReason = Map.groupBy(totals.skipped, (test) => test.reason);
  const skipped = [...byReason].flatMap(([reason, tests]) => [
    `skipped: ${reason}`,
    ...tests.map((test) => `  - ${test.name}`),
  ]);
  const failed = totals.failed.flatMap(({ name, messages }) => [
    `failed: ${name}`,
    ...messages.flatMap((message) => messageLines(message)),
  ]);
  return [
    ...skipped,
    ...failed,
    `${totals.passed} passed, ${totals.failed.length} failed, ${totals.skipped.length} skipped`,
  ];
}

function messageLines(message: string): string[] {
  const lines = stripVTControlCharacters(message).split("\n");
  const shown = lines.slice(0, shownMessageLines).map((line) => `  ${line}`);
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, `  (${left} lines more)`] : shown;
}

/** A module that fails to load or a hook that throws counts as a failure although no test of it failed. */
function failuresOutsideTests(module: TestModule): Failure[] {
  const entities = [module, ...module.children.allSuites()];
  return entities.flatMap((entity) =>
    entity.errors().map((error) => ({
      name: entity.type === "suite" ? nameOf(entity) : entity.relativeModuleId,
      messages: [error.message],
    })),
  );
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly { readonly message: string }[],
  ): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): TestCase[] =>
      tests.filter((test) => test.result().state === state);
    const lines = summaryLines({
      passed: inState("passed").length,
      failed: [
        ...inState("failed").map((test) => ({
          name: nameOf(test),
          messages: (test.result().errors ?? []).flatMap(({ message, diff }) =>
            diff === undefined ? [message] : [message, diff],
          ),
        })),
        ...unhandledErrors.map(({ message }) => ({
          name: "an error outside of any test",
          messages: [message],
        })),
        ...modules.flatMap((module) => failuresOutsideTests(module)),
      ],
      skipped: inState("skipped").map((test) => ({ name: nameOf(test), reason: skipReason(test) })),
    });
    process.stdout.write(`${lines.join("\n")}\n`);
  }
}

function nameOf(entity: TestCase | TestSuite): string {
  return `${entity.module.relativeModuleId}: ${entity.fullName}`;
}

function skipReason(test: TestCase): string {
  const result = test.result();
  if (result.state === "skipped" && result.note !== undefined) return result.note;
  const named = /\(skipped: ([^)]+)\)/.exec(test.fullName)?.[1];
  return named ?? "no reason given";
}
