import type { Deletion, Preconditions } from "../contract.ts";
import { builtinSchema } from "../schema/builtin.ts";
import { decodeBySchema } from "../schema/decode.ts";
import { isRecord } from "../schema/json.ts";
import { badRequest } from "../status.ts";
import { readOptionalObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { dryRun, integer } from "./query.ts";

const deleteOptionsKind = {
  schema: builtinSchema("meta.k8s.io", "DeleteOptions"),
  isCustom: false,
};

/** The fields of DeleteOptions (meta/v1) that are read here. */
export interface DeleteOptions {
  readonly preconditions?: Preconditions;
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
}

/** What a delete asks for, in its optional body or in the parameters of its URL. @throws StatusError 400, 413, 415 */
export async function deletionIn(exchange: Exchange): Promise<Deletion> {
  const body = await readOptionalObject(exchange, deleteOptionsKind);
  return deletionFrom(readOptions(body), exchange.url);
}

/** @throws StatusError 400 */
export function deletionFrom(body: DeleteOptions, { searchParams }: URL): Deletion {
  const graceSeconds = body.gracePeriodSeconds ?? integer(searchParams, "gracePeriodSeconds");
  const policy = body.propagationPolicy ?? searchParams.get("propagationPolicy") ?? "";
  const propagation = body.orphanDependents === true ? "Orphan" : policy;
  return {
    preconditions: body.preconditions ?? {},
    dryRun: dryRun(searchParams) || (body.dryRun?.includes("All") ?? false),
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    ...(propagation === "" ? {} : { propagation: propagationOf(propagation) }),
  };
}

function readOptions(body: unknown): DeleteOptions {
  if (body === undefined) return {};
  if (!isRecord(body)) throw badRequest("DeleteOptions must be an object");
  const { value, problem } = decodeBySchema(body, deleteOptionsKind.schema);
  if (problem !== undefined)
    throw badRequest(`DeleteOptions: ${problem.path} must be of type ${problem.expected}`);
  // Decoding border: the schema has checked the types.
  return value as DeleteOptions;
}

function propagationOf(policy: string): NonNullable<Deletion["propagation"]> {
  if (policy === "Background" || policy === "Foreground" || policy === "Orphan") return policy;
  throw badRequest(
    `propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan"`,
  );
}
