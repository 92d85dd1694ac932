import type { Preconditions } from "../rest/checks.ts";
import { builtinSchema } from "../schema/builtin.ts";
import { badRequest } from "../status.ts";
import { readOptionalObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { dryRun } from "./query.ts";

/** What a delete asks beyond its path (DeleteOptions of meta/v1). */
export interface DeleteOptions {
  readonly preconditions: Preconditions;
  readonly dryRun: boolean;
}

const deleteOptionsKind = {
  schema: builtinSchema("meta.k8s.io", "DeleteOptions"),
  isCustom: false,
};

/** Reads the optional body of a delete. Grace periods and propagation are taken and have no effect here. */
export async function deleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const inUrl = dryRun(exchange.url.searchParams);
  const body = await readOptionalObject(exchange, deleteOptionsKind);
  if (body === undefined) return { preconditions: {}, dryRun: inUrl };
  if (typeof body !== "object" || body === null)
    throw badRequest("DeleteOptions must be an object");
  const { preconditions, dryRun: inBody } = body as { preconditions?: unknown; dryRun?: unknown };
  return {
    preconditions: readPreconditions(preconditions),
    dryRun: inUrl || (Array.isArray(inBody) && inBody.includes("All")),
  };
}

function readPreconditions(given: unknown): Preconditions {
  if (typeof given !== "object" || given === null) return {};
  const { uid, resourceVersion } = given as Readonly<Record<string, unknown>>;
  return {
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}
