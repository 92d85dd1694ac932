import type { KubeObject, ResourceRow } from "../contract.ts";
import { jsonPatch, PatchProblem } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge.ts";
import { strategicMergePatch } from "../patch/strategic.ts";
import { badRequest, StatusError, unsupportedMediaType } from "../status.ts";
import { mediaType, parseJson, readText } from "./body.ts";
import type { Exchange } from "./exchange.ts";

/** The next object from the present one. */
export type Change = (present: KubeObject) => unknown;

type Apply = (present: KubeObject, patch: unknown, row: ResourceRow) => unknown;

/** The media type of server-side apply, whose body is a configuration rather than a patch. */
export const applyMediaTypes = ["application/apply-patch+yaml", "application/apply-patch+json"];

const strategic = "application/strategic-merge-patch+json";

const byMediaType: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ["application/json-patch+json", jsonPatch],
  ["application/merge-patch+json", mergePatch],
  [strategic, (present, patch, { schema }) => strategicMergePatch(present, patch, schema)],
]);

/**
 * Reads a patch; the answer makes the next object from the present one.
 * @throws StatusError 400, 413, and 415 for kinds of patches that the resource does not take
 */
export async function readPatch(exchange: Exchange, row: ResourceRow): Promise<Change> {
  const type = mediaType(exchange);
  const apply = byMediaType.get(type);
  if (apply === undefined || (row.isCustom && type === strategic))
    throw unsupportedMediaType(type, acceptedFor(row));
  const patch = parseJson(await readText(exchange));
  if (typeof patch !== "object" || patch === null)
    throw badRequest("a patch is an object or a list");
  return (present) => refusing(() => apply(present, patch, row));
}

/** Keys to merge by are known of the kinds that are built in alone. */
function acceptedFor({ isCustom }: ResourceRow): readonly string[] {
  const types = [...byMediaType.keys(), ...applyMediaTypes];
  return isCustom ? types.filter((type) => type !== strategic) : types;
}

function refusing(apply: () => unknown): unknown {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    throw new StatusError(
      422,
      "Invalid",
      `the server rejected our request due to an error in our request: ${error.message}`,
    );
  }
}
