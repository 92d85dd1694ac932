import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Environment, ResultStore, ScenarioResult } from "./contract.ts";
import { renderResults } from "./results.ts";

const rawFile = fileURLToPath(new URL("results.json", import.meta.url));
const reportFile = fileURLToPath(new URL("RESULTS.md", import.meta.url));

async function readStore(): Promise<ResultStore | undefined> {
  try {
    // Written by saveResult(); a file of another making is the developer's own doing.
    return JSON.parse(await readFile(rawFile, "utf8")) as ResultStore;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Replaces the scenario's own result and writes both files anew; the other scenarios keep theirs. */
export async function saveResult(
  result: ScenarioResult,
  environment: Environment,
  order: readonly string[],
): Promise<void> {
  const before = await readStore();
  const versions = { ...before?.environment.versions, ...environment.versions };
  const store: ResultStore = {
    environment: { ...environment, versions },
    scenarios: { ...before?.scenarios, [result.scenario]: result },
  };
  await writeFile(rawFile, `${JSON.stringify(store)}\n`);
  await writeFile(reportFile, renderResults(store, order));
}
