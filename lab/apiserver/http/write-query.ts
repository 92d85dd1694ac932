import type { FieldValidation, WriteOptions } from "../rest/write-options.ts";
import { badRequest } from "../status.ts";
import type { Exchange } from "./exchange.ts";
import { dryRun } from "./query.ts";

const maxManagerLength = 128;

/**
 * The parameters of create, update and patch (CreateOptions, UpdateOptions and PatchOptions of meta/v1).
 * @throws StatusError 400
 */
export function writeOptions(exchange: Exchange): WriteOptions & { readonly manager: string } {
  const { searchParams } = exchange.url;
  return {
    dryRun: dryRun(searchParams),
    manager: searchParams.get("fieldManager") || agentName(exchange),
    fieldValidation: fieldValidation(searchParams),
    warn: (message) => exchange.warn(message),
  };
}

/** Who writes without saying so is called by the first word of its User-Agent. */
function agentName(exchange: Exchange): string {
  const agent = exchange.header("user-agent") ?? "";
  return agent.split("/")[0].slice(0, maxManagerLength) || "unknown";
}

function fieldValidation(parameters: URLSearchParams): FieldValidation {
  const value = parameters.get("fieldValidation") || "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Warn", "Strict"`,
  );
}
