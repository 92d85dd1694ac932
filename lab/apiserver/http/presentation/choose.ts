import type { ResourceRow } from "../../contract.ts";
import type { Printers } from "../../printers/contract.ts";
import { badRequest } from "../../status.ts";
import type { Exchange } from "../exchange.ts";
import { isJson, type MediaType, notAcceptable, parseAccept } from "../media-types.ts";
import type { Presentation } from "./contract.ts";
import { presentMetadata } from "./metadata-only.ts";
import { type IncludeObject, presentTable } from "./table.ts";
import { presentWhole } from "./whole.ts";

/** Makes the presentation that a request's Accept header asks for. */
export type Present = (exchange: Exchange, row: ResourceRow) => Presentation;

const accepted = ["application/json"];

/** Forms of an object beside the whole, by the kind that "as" names. */
type Form = "whole" | "table" | "metadata";

/** The answer throws a StatusError 406 when the header allows nothing that is served, 400 for a bad includeObject. */
export function createPresent(printers: Printers, now: () => number): Present {
  return (exchange, row) => {
    const form = formFor(exchange.header("accept") ?? "");
    if (form === "whole") return presentWhole(row);
    if (form === "metadata") return presentMetadata();
    return presentTable(printers(row), includeObject(exchange.url.searchParams), now);
  };
}

function formFor(accept: string): Form {
  const wanted = parseAccept(accept);
  if (wanted.length === 0) return "whole";
  for (const entry of wanted) {
    const form = formOf(entry);
    if (form !== undefined) return form;
  }
  throw notAcceptable(accepted);
}

function formOf(entry: MediaType): Form | undefined {
  if (!isJson(entry)) return undefined;
  const { as, v, g } = entry.parameters;
  if (as === undefined) return "whole";
  if (g !== "meta.k8s.io" || v !== "v1") return undefined;
  if (as === "Table") return "table";
  return as === "PartialObjectMetadata" || as === "PartialObjectMetadataList"
    ? "metadata"
    : undefined;
}

function includeObject(parameters: URLSearchParams): IncludeObject {
  const value = parameters.get("includeObject") || "Metadata";
  if (value === "None" || value === "Metadata" || value === "Object") return value;
  throw badRequest(
    `includeObject: Unsupported value: ${JSON.stringify(value)}: supported values: "None", "Metadata", "Object"`,
  );
}
