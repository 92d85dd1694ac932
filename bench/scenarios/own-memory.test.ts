import { describe, expect, it } from "vitest";
import { parseExposition } from "../measure/exposition.ts";
import { ownFigures } from "./own-memory.ts";

const exported = `nodejs_heap_size_used_bytes 2097152
fairlead_answers_names 10
fairlead_answers_bytes{part="slot"} 160
fairlead_answers_bytes{part="entry"} 1040
fairlead_answers_bytes{part="resident"} 1048576
`;

describe("ownFigures", () => {
  const cases: readonly [string, string, string, number | undefined][] = [
    ["the heap", exported, "heap of the main thread", 2],
    ["the table", exported, "answer table, resident", 1],
    [
      "no overhead while records are not told apart",
      exported,
      "table overhead per name",
      undefined,
    ],
    [
      "the overhead without the records",
      `${exported}fairlead_answers_bytes{part="record"} 300\n`,
      "table overhead per name",
      90,
    ],
    ["nothing of another server", "go_goroutines 7\n", "heap of the main thread", undefined],
  ];
  it.each(cases)("has %s", (_, text, metric, expected) => {
    const figures = ownFigures(parseExposition(text));
    expect(figures.find((figure) => figure.metric === metric)?.value).toBe(expected);
  });
});
