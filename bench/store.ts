import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { hasErrno } from "#observe/errno.ts";
import type { Environment, ResultStore, ScenarioResult } from "./contract.ts";
import { renderResults } from "./results.ts";
import { decodeStore, encodeStore, withResult } from "./store-format.ts";
import { suites } from "./suites.ts";

const rawFile = fileURLToPath(new URL("results.jsonl", import.meta.url));
const reportFile = fileURLToPath(new URL("RESULTS.md", import.meta.url));

async function readStore(): Promise<ResultStore | undefined> {
  try {
    return decodeStore(await readFile(rawFile, "utf8"));
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Replaces the scenario's own result and writes both files anew. */
export async function saveResult(result: ScenarioResult, environment: Environment): Promise<void> {
  const store = withResult(await readStore(), result, environment);
  await writeFile(rawFile, encodeStore(store));
  await writeFile(reportFile, renderResults(store, suites));
}
