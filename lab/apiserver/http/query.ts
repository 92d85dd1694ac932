import type { ListQuery } from "../rest/list-query.ts";
import { badRequest } from "../status.ts";

/** Reads the parameters of list and watch. @throws StatusError 400 for a number or truth value that is none */
export function listQuery(parameters: URLSearchParams): ListQuery {
  const query: { -readonly [K in keyof ListQuery]: ListQuery[K] } = {};
  for (const name of [
    "labelSelector",
    "fieldSelector",
    "continue",
    "resourceVersion",
    "resourceVersionMatch",
  ] as const) {
    const value = parameters.get(name);
    if (value !== null) query[name] = value;
  }
  const limit = integer(parameters, "limit");
  if (limit !== undefined) query.limit = limit;
  for (const name of ["sendInitialEvents", "allowWatchBookmarks"] as const) {
    const value = truth(parameters, name);
    if (value !== undefined) query[name] = value;
  }
  return query;
}

/** Whether the parameter says true; absent is false. @throws StatusError 400 */
export function flag(parameters: URLSearchParams, name: string): boolean {
  return truth(parameters, name) ?? false;
}

/** @throws StatusError 400 */
export function integer(parameters: URLSearchParams, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === null || value === "") return undefined;
  if (!/^\d{1,15}$/.test(value))
    throw badRequest(`${name} must be an unsigned integer, not ${JSON.stringify(value)}`);
  return Number(value);
}

/** Whether a write is to be tried only. @throws StatusError 400 for a value other than All */
export function dryRun(parameters: URLSearchParams): boolean {
  const values = parameters.getAll("dryRun");
  const wrong = values.find((value) => value !== "All" && value !== "");
  if (wrong !== undefined)
    throw badRequest(
      `dryRun: Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`,
    );
  return values.includes("All");
}

function truth(parameters: URLSearchParams, name: string): boolean | undefined {
  const value = parameters.get(name);
  if (value === null) return undefined;
  if (["1", "t", "T", "true", "True", "TRUE", ""].includes(value)) return true;
  if (["0", "f", "F", "false", "False", "FALSE"].includes(value)) return false;
  throw badRequest(`${name} must be true or false, not ${JSON.stringify(value)}`);
}
