/**
 * The chart in every way of the matrix: what `helm lint` says, what `helm template` renders (`vitest -u` writes the golden
 * files anew), and whether the API's own schemas accept it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { lint, manifestsOf, render } from "./helm.ts";
import { matrix } from "./matrix.ts";
import { schemaProblems } from "./schemas.ts";

const golden = (name: string): string => join(import.meta.dirname, "golden", name);

/** The default whole; of the others only what differs from it, in unified form. */
function difference(from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-chart-"));
  try {
    writeFileSync(join(folder, "default"), from);
    writeFileSync(join(folder, "this"), to);
    const labels = ["--label", "default.yaml", "--label", "this"];
    const args = ["-U", "2", ...labels, join(folder, "default"), join(folder, "this")];
    return spawnSync("diff", args, { encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWhere(["helm"], "the chart renders", () => {
  it.each(Object.entries(matrix))("%s", async (name, values) => {
    const { status, stdout } = lint(values);
    expect(stdout).toContain("0 chart(s) failed");
    expect(status).toBe(0);
    const text = render(values);
    await (name === "default"
      ? expect(text).toMatchFileSnapshot(golden("default.yaml"))
      : expect(difference(render({}), text)).toMatchFileSnapshot(golden(`${name}.diff`)));
    const problems = await Promise.all(manifestsOf(text).map(schemaProblems));
    expect(problems.flat()).toEqual([]);
  });
});

describeWhere(["helm"], "the schemas refuse", () => {
  it.each([
    ["a wrong type", "replicas: 2", "replicas: two", "/spec/replicas"],
    ["a missing field", "roleRef:", "role:", "roleRef"],
  ])("%s", async (_, from, to, where) => {
    const text = render({});
    expect(text).toContain(from);
    const problems = await Promise.all(manifestsOf(text.replace(from, to)).map(schemaProblems));
    expect(problems.flat().join()).toContain(where);
  });
});
