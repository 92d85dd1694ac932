import { expect, it } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { contradictions, mistakes } from "./contradictions.ts";
import { lint, template } from "./helm.ts";

describeWhere(["helm"], "values that contradict each other fail at `helm template`", () => {
  it.each(contradictions)("%j", (values, sentence) => {
    const { status, stdout, stderr } = template(values);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("The values contradict each other:");
    expect(stderr.split("\n")).toContain(`  - ${sentence}`);
  });
});

describeWhere(["helm"], "values that no chart could use fail in the schema", () => {
  it.each(mistakes)("%j", (values, where) => {
    const { status, stdout } = lint(values);
    expect(status).toBe(1);
    expect(stdout).toContain(where);
  });
});
