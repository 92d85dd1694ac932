/** Whether outcomes are what a row expects, and how to say that they are not. */
import type { Answer, Outcome } from "#test/topology/contract.ts";
import type { Expectation, Source } from "./contract.ts";
import { LEAK } from "./world.ts";

/** Addresses that stand for a source's word, for one attempt. */
export type Sources = Readonly<Record<Source, readonly string[]>>;

/** What is wrong; undefined when nothing is. */
export function complaint(
  expected: Expectation,
  outcomes: readonly Outcome[],
  sources: Sources,
): string | undefined {
  const wrong = outcomes.some((outcome) => !isAllowed(expected, outcome, sources));
  if (!wrong && isComplete(expected, outcomes)) return undefined;
  return `expected ${wordsOf(expected)}, saw ${summary(outcomes)}`;
}

function isAllowed(expected: Expectation, outcome: Outcome, sources: Sources): boolean {
  switch (expected.kind) {
    case "served": {
      if (outcome.kind !== "answer") return false;
      const { source } = expected;
      const isSource = source === undefined || sources[source].includes(outcome.source);
      return isSource && expected.by.some((server) => isServer(server, outcome));
    }
    case "sticky":
      return outcome.kind === "answer" && expected.by.some((server) => isServer(server, outcome));
    case "refused":
      return outcome.kind === "failure" && refusals.includes(outcome.reason);
    case "silent":
      return outcome.kind === "failure" && outcome.reason === "timeout";
    case "leaked":
      return outcome.kind === "answer" && outcome.server === LEAK;
    case "unserved":
      return outcome.kind === "failure" || outcome.server === LEAK;
  }
}

/** A socket of the node itself hears of the rejection of a datagram from send(). */
const refusals = ["refused", "EPERM"];

/** What only all outcomes together can show. */
function isComplete(expected: Expectation, outcomes: readonly Outcome[]): boolean {
  if (outcomes.length === 0) return false;
  const answers = outcomes.filter((outcome) => outcome.kind === "answer");
  if (expected.kind === "sticky") return new Set(answers.map(({ server }) => server)).size === 1;
  if (expected.kind !== "served") return true;
  const [least, greatest] = expected.share ?? [0, 1];
  return expected.by.every((server) => {
    const count = answers.filter((answer) => isServer(server, answer)).length;
    const part = count / outcomes.length;
    return count > 0 && part >= least && part <= greatest;
  });
}

function isServer(wanted: string, { server, serverPort }: Answer): boolean {
  return wanted === server || wanted === `${server}:${serverPort}`;
}

function wordsOf(expected: Expectation): string {
  if (expected.kind === "sticky") return `always the same of ${expected.by.join(", ")}`;
  if (expected.kind !== "served") return expected.kind;
  const { by, source, share } = expected;
  const words = [`served by ${by.join(" and ")}`];
  if (source !== undefined) words.push(`that see the ${source}'s address`);
  if (share !== undefined) words.push(`each with ${share.join(" to ")} of all`);
  return words.join(" ");
}

/** Equal outcomes counted, e.g. "17 x A:8080 seeing 10.244.0.10, 3 x timeout". */
function summary(outcomes: readonly Outcome[]): string {
  const words = outcomes.map((outcome) =>
    outcome.kind === "answer"
      ? `${outcome.server}:${outcome.serverPort} seeing ${outcome.source}`
      : outcome.reason,
  );
  const counts = [...Map.groupBy(words, (word) => word)];
  if (counts.length === 0) return "nothing";
  return counts.map(([word, all]) => `${all.length} x ${word}`).join(", ");
}
