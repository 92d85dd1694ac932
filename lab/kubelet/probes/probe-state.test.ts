import { expect, test } from "vitest";
import { afterOutcome, untried } from "./probe-state.ts";

test.each([
  ["one success is enough", {}, "+", "passed"],
  ["three failures are", {}, "---", "failed"],
  ["two are not", {}, "--", undefined],
  ["they count in a row", {}, "+--+--", "passed"],
  ["and then", {}, "+--+---", "failed"],
  ["back again", {}, "---+", "passed"],
  ["two successes where it says so", { successThreshold: 2 }, "---+", "failed"],
  ["in a row", { successThreshold: 2 }, "---+-++", "passed"],
  ["one failure where it says so", { failureThreshold: 1 }, "+-", "failed"],
])("%s: %j %s", (_, probe, answers, verdict) => {
  const states = [...answers].reduce(
    (state, answer) => afterOutcome(state, { isSuccess: answer === "+" }, probe),
    untried,
  );
  expect(states.verdict).toBe(verdict);
});
