import { describe, expect, test } from "vitest";
import type { SetElement } from "../layout/contract.ts";
import { ElementChanges } from "./element-changes.ts";

/** "services k=v" */
function entry(text: string): SetElement {
  const [set = "", rest = ""] = text.split(" ");
  const [key = "", data] = rest.split("=");
  const bytes = { key: Buffer.from(key) };
  return { set, element: data === undefined ? bytes : { ...bytes, data: Buffer.from(data) } };
}

/** "+services k=v" adds, "-services k=v" removes. */
function net(steps: readonly string[]): readonly string[] {
  const changes = new ElementChanges();
  for (const step of steps) {
    if (step.startsWith("+")) changes.add(entry(step.slice(1)));
    else changes.remove(entry(step.slice(1)));
  }
  return changes.operations().flatMap((operation) =>
    operation.kind === "addElements" || operation.kind === "deleteElements"
      ? operation.elements.map(({ key, data }) => {
          const value = data instanceof Uint8Array ? `=${Buffer.from(data)}` : "";
          return `${operation.kind} ${operation.set} ${Buffer.from(key)}${value}`;
        })
      : [],
  );
}

describe("the net change", () => {
  test.each([
    { steps: ["+s a=1"], net: ["addElements s a=1"] },
    { steps: ["-s a=1"], net: ["deleteElements s a=1"] },
    { steps: ["-s a=1", "+s a=1"], net: [] },
    { steps: ["+s a=1", "-s a=1"], net: [] },
    { steps: ["-s a=1", "+s a=2"], net: ["deleteElements s a=1", "addElements s a=2"] },
    // One Service takes a key over from another, whatever is told first.
    { steps: ["+s a=2", "-s a=1"], net: ["deleteElements s a=1", "addElements s a=2"] },
    { steps: ["-s a", "+t a"], net: ["deleteElements s a", "addElements t a"] },
    {
      steps: ["+s a=1", "+s b=2", "-t c"],
      net: ["deleteElements t c", "addElements s a=1", "addElements s b=2"],
    },
  ])("$steps", ({ steps, net: expected }) => {
    expect(net(steps)).toEqual(expected);
  });
});
