import type { KubeObject, ResourceRow } from "../contract.ts";
import { matchesFields, parseFieldSelector } from "../selectors/fields.ts";
import { matchesLabels, parseLabelSelector } from "../selectors/labels.ts";
import { badRequest, type FieldProblem, invalid, revisionTooLarge } from "../status.ts";
import { decodeContinue } from "./continue-token.ts";

/** The query parameters of list, watch and deletecollection as they were sent (ListOptions of meta/v1). */
export interface ListQuery {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly sendInitialEvents?: boolean;
  readonly allowWatchBookmarks?: boolean;
}

/** Which objects a query is about. */
export interface Selection {
  readonly matches: (object: KubeObject) => boolean;
  /** Whether it holds for all objects by having no selector. */
  readonly isEverything: boolean;
}

/** The state that a list reads: the present one, or the one of a revision behind a key. */
export interface ListStart {
  readonly revision: number;
  readonly afterKey: string;
}

export function parseSelection(query: ListQuery, row: ResourceRow): Selection {
  const labels = parseLabelSelector(query.labelSelector ?? "");
  const fields = parseFieldSelector(query.fieldSelector ?? "", row);
  return {
    isEverything: labels.length === 0 && fields.length === 0,
    matches: (object) =>
      matchesLabels(labels, object.metadata.labels) && matchesFields(fields, object),
  };
}

/** @throws StatusError 400 when it is no number. */
export function parseRevision(text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw badRequest(
      `Invalid value: ${JSON.stringify(text)}: resourceVersion must be an unsigned integer`,
    );
  }
  return Number(text);
}

/**
 * Where a list starts, by the rules of "Resource versions" in the Kubernetes API concepts.
 * @throws StatusError 400, 422 for parameters that exclude one another, 504 for a revision of the future.
 */
export function listStart(query: ListQuery, current: number): ListStart {
  const revision = query.resourceVersion ?? "";
  const match = query.resourceVersionMatch ?? "";
  checkMatch(query, revision, match);
  if (query.continue !== undefined && query.continue !== "") {
    if (revision !== "" && revision !== "0") {
      throw badRequest("specifying resource version is not allowed when using continue");
    }
    return decodeContinue(query.continue);
  }
  if (revision === "" || revision === "0") return { revision: current, afterKey: "" };
  const wanted = parseRevision(revision);
  if (wanted > current) throw revisionTooLarge(wanted, current);
  const exact = match === "Exact" || (match === "" && (query.limit ?? 0) > 0);
  return { revision: exact ? wanted : current, afterKey: "" };
}

/** @throws StatusError 422 for a resourceVersionMatch or sendInitialEvents that may not be there. */
function checkMatch(query: ListQuery, revision: string, match: string): void {
  if (query.sendInitialEvents !== undefined) {
    throw refused("sendInitialEvents", "is forbidden for list");
  }
  if (match === "") return;
  if (match !== "Exact" && match !== "NotOlderThan") {
    throw refused(
      "resourceVersionMatch",
      `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
    );
  }
  if (query.continue)
    throw refused("resourceVersionMatch", "is forbidden when continue is provided");
  if (revision === "")
    throw refused("resourceVersionMatch", "is forbidden unless resourceVersion is provided");
  if (match === "Exact" && revision === "0") {
    throw refused(
      "resourceVersionMatch",
      'resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    );
  }
}

/**
 * Checks the parameters that only watches have, and says whether the watch starts with the state.
 * @throws StatusError 422 as above.
 */
export function watchStartsWithState(query: ListQuery): boolean {
  const match = query.resourceVersionMatch ?? "";
  if (query.sendInitialEvents === undefined) {
    if (match !== "")
      throw refused(
        "resourceVersionMatch",
        "is forbidden for watch unless sendInitialEvents is provided",
      );
    return (
      query.resourceVersion === undefined ||
      query.resourceVersion === "" ||
      query.resourceVersion === "0"
    );
  }
  if (match !== "NotOlderThan") {
    throw refused(
      "resourceVersionMatch",
      "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
  if (query.sendInitialEvents && query.allowWatchBookmarks !== true) {
    throw refused(
      "allowWatchBookmarks",
      "sendInitialEvents requires setting allowWatchBookmarks to true",
    );
  }
  return query.sendInitialEvents;
}

function refused(field: string, message: string): Error {
  const problem: FieldProblem = {
    field,
    reason: "FieldValueForbidden",
    message: `Forbidden: ${message}`,
  };
  return invalid({ kind: "ListOptions", group: "meta.k8s.io" }, "", [problem]);
}
