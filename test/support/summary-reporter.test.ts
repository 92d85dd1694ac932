import { expect, test } from "vitest";
import { summaryLines } from "./summary-reporter.ts";

test.each([
  {
    totals: { passed: 3, failed: [], skipped: [] },
    lines: ["3 passed, 0 failed, 0 skipped"],
  },
  {
    totals: {
      passed: 1,
      failed: [
        { name: "c > one", messages: ["expected 1 to be 2"] },
        { name: "c > two", messages: [Array.from({ length: 14 }, (_, at) => at).join("\n")] },
      ],
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
      "failed: c > one",
      "  expected 1 to be 2",
      "failed: c > two",
      ...Array.from({ length: 12 }, (_, at) => `  ${at}`),
      "  (2 lines more)",
      "1 passed, 2 failed, 3 skipped",
    ],
  },
])(
  "the summary names what was skipped and what failed, and ends with the sum: $lines",
  ({ totals, lines }) => {
    expect(summaryLines(totals)).toEqual(lines);
  },
);
