/** After each fault the state is the server's, by the way that the table says. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faults } from "./faults.ts";
import { startRig } from "./rig.ts";

describe.each(["http", "h2"] as const)("over %s", (protocol) => {
  const those = faults.filter(({ only }) => only === undefined || only === protocol);

  it.each(those)("$fault", async ({ setup, strike, relists = [] }) => {
    const rig = await startRig({ protocol, ...setup });
    expect(rig.relists()).toEqual({});
    await strike(rig);
    await rig.converged();
    expect(Object.keys(rig.relists()).sort()).toEqual([...relists].sort());
    rig.change(); // and it goes on
    await rig.converged();
  });
});

it("README.md has the table", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  for (const { fault, outcome, bound } of faults) {
    expect(rows).toContain(`| ${fault} | ${outcome} | ${bound} |`);
  }
});
