import { expect, test } from "vitest";
import { Sightings } from "./sightings.ts";

/** Words: `+a` expects a, `a` sees it, `close`. The outcome: which sighting proved a loop, and what is harmless. */
test.each([
  ["+a a", undefined, ["a"]],
  ["+a", undefined, []],
  ["+a A", undefined, ["a"]],
  ["+a a a", undefined, []],
  ["+a a a a", 4, []],
  ["+a a a +b b", undefined, []],
  ["+a a a +b b b", 6, []],
  ["+a a +b b +c c", undefined, ["a", "b", "c"]],
  ["a a a a", undefined, []],
  ["+a a a close a a", undefined, []],
  ["close +a a a a", undefined, []],
])("%s", (script, expectedLoop, harmless) => {
  const sightings = new Sightings();
  let loop: number | undefined;
  for (const [index, word] of script.split(" ").entries()) {
    if (word === "close") sightings.close();
    else if (word.startsWith("+")) sightings.expect(word.slice(1));
    else if (sightings.see(word)) loop ??= index + 1;
  }
  expect(loop).toBe(expectedLoop);
  expect(["a", "b", "c"].filter((name) => sightings.isHarmless(name))).toEqual(harmless);
});
