import type { Preconditions } from "../rest/checks.ts";
import { badRequest } from "../status.ts";
import { readObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { dryRun } from "./query.ts";

/** What a delete asks beyond its path (DeleteOptions of meta/v1). */
export interface DeleteOptions {
  readonly preconditions: Preconditions;
  readonly dryRun: boolean;
}

/** Reads the optional body of a delete. Grace periods and propagation are taken and have no effect here. */
export async function deleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const inUrl = dryRun(exchange.url.searchParams);
  if (!hasBody(exchange)) return { preconditions: {}, dryRun: inUrl };
  const body = await readObject(exchange);
  if (typeof body !== "object" || body === null)
    throw badRequest("DeleteOptions must be an object");
  const { preconditions, dryRun: inBody } = body as { preconditions?: unknown; dryRun?: unknown };
  return {
    preconditions: readPreconditions(preconditions),
    dryRun: inUrl || (Array.isArray(inBody) && inBody.includes("All")),
  };
}

function hasBody(exchange: Exchange): boolean {
  const length = exchange.header("content-length");
  return (
    exchange.header("transfer-encoding") !== undefined || (length !== undefined && length !== "0")
  );
}

function readPreconditions(given: unknown): Preconditions {
  if (typeof given !== "object" || given === null) return {};
  const { uid, resourceVersion } = given as Readonly<Record<string, unknown>>;
  return {
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}
