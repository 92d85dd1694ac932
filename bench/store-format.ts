import type { Environment, ResultStore, ScenarioResult } from "./contract.ts";

/** The store as lines of JSON, the environment first and then a scenario a line: a new measurement changes its line. */
export function encodeStore(store: ResultStore): string {
  const records = [store.environment, ...Object.values(store.scenarios)];
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** The reverse of encodeStore(). Throws SyntaxError for lines that are no JSON. */
export function decodeStore(text: string): ResultStore | undefined {
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  if (head === undefined) return undefined;
  // Lines of another shape than encodeStore()'s are the doing of whoever edited the file.
  const environment = JSON.parse(head) as Environment;
  const results = lines.map((line) => JSON.parse(line) as ScenarioResult);
  const scenarios = Object.fromEntries(results.map((result) => [result.scenario, result]));
  return { environment, scenarios };
}

/** The store with one scenario's result replaced or added; the others keep theirs. */
export function withResult(
  before: ResultStore | undefined,
  result: ScenarioResult,
  environment: Environment,
): ResultStore {
  const versions = { ...before?.environment.versions, ...environment.versions };
  return {
    environment: { ...environment, versions },
    scenarios: { ...before?.scenarios, [result.scenario]: result },
  };
}
