import type { KubeObject } from "../contract.ts";
import { jsonPatch, PatchProblem } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge.ts";
import { badRequest, StatusError, unsupportedMediaType } from "../status.ts";
import { mediaType, parseJson, readText } from "./body.ts";
import type { Exchange } from "./exchange.ts";

type Apply = (present: KubeObject, patch: unknown) => unknown;

const byMediaType: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ["application/merge-patch+json", mergePatch],
  ["application/json-patch+json", applyJsonPatch],
]);

/**
 * Reads a patch; the answer makes the next object from the present one.
 * @throws StatusError 400, 413, and 415 for kinds of patches that are not served
 */
export async function readPatch(exchange: Exchange): Promise<(present: KubeObject) => unknown> {
  const type = mediaType(exchange);
  const apply = byMediaType.get(type);
  if (apply === undefined) throw unsupportedMediaType(type, [...byMediaType.keys()]);
  const patch = parseJson(await readText(exchange));
  if (typeof patch !== "object" || patch === null)
    throw badRequest("a patch is an object or a list");
  return (present) => apply(present, patch);
}

function applyJsonPatch(present: KubeObject, patch: unknown): unknown {
  try {
    return jsonPatch(present, patch);
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    throw new StatusError(
      422,
      "Invalid",
      `the server rejected our request due to an error in our request: ${error.message}`,
    );
  }
}
