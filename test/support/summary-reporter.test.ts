import { expect, test } from "vitest";
import { summaryLines } from "./summary-reporter.ts";

test.each([
  {
    totals: { passed: 3, failed: 0, skipped: [] },
    lines: ["3 passed, 0 failed, 0 skipped"],
  },
  {
    totals: {
      passed: 1,
      failed: 2,
      skipped: [
        { name: "a > one", reason: "needs root" },
        { name: "b > two", reason: "needs Linux" },
        { name: "a > three", reason: "needs root" },
      ],
    },
    lines: [
      "skipped: needs root",
      "  - a > one",
      "  - a > three",
      "skipped: needs Linux",
      "  - b > two",
      "1 passed, 2 failed, 3 skipped",
    ],
  },
])("the summary names what was skipped and ends with the sum: $lines", ({ totals, lines }) => {
  expect(summaryLines(totals)).toEqual(lines);
});
