import type { Stored } from "../../contract.ts";
import type { Column, Printer } from "../../printers/contract.ts";
import type { Presentation } from "./contract.ts";
import { listMetadata } from "./list-metadata.ts";
import { metaVersion } from "./metadata-only.ts";

/** What a row carries of its object beside the cells (TableOptions.includeObject). */
export type IncludeObject = "None" | "Metadata" | "Object";

/** Table of meta/v1: objects as rows of text, which the server knows how to make and clients print. */
export function presentTable(
  printer: Printer,
  include: IncludeObject,
  now: () => number,
): Presentation {
  const columnDefinitions = printer.columns.map(definitionOf);
  let watchHasColumns = false;
  const rowOf = ({ object }: Stored) => ({
    cells: printer.columns.map(({ cell }) => cell(object, now())),
    ...rowObject(object, include),
  });
  const tableOf = (metadata: object, rows: readonly object[], withColumns: boolean) =>
    JSON.stringify({
      kind: "Table",
      apiVersion: metaVersion,
      metadata,
      columnDefinitions: withColumns ? columnDefinitions : [],
      rows,
    });
  const revisionOf = ({ object }: Stored) => ({ resourceVersion: object.metadata.resourceVersion });
  return {
    one: (stored) => tableOf(revisionOf(stored), [rowOf(stored)], true),
    listHead: (page) => tableOf(listMetadata(page), [], true).slice(0, -"]}".length),
    item: (stored) => JSON.stringify(rowOf(stored)),
    listEnd: "]}\n",
    watched: (stored) => {
      const isFirst = !watchHasColumns;
      watchHasColumns = true;
      return tableOf(revisionOf(stored), [rowOf(stored)], isFirst);
    },
    bookmark: (metadata) => {
      const object = { kind: "PartialObjectMetadata", apiVersion: metaVersion, metadata };
      return tableOf(metadata, [{ cells: [], object }], false);
    },
  };
}

function definitionOf({ name, type = "string", priority = 0, about = name }: Column): object {
  return { name, type, format: name === "Name" ? "name" : "", description: about, priority };
}

function rowObject(object: Stored["object"], include: IncludeObject): object {
  if (include === "None") return {};
  if (include === "Object") return { object };
  const { metadata } = object;
  return { object: { kind: "PartialObjectMetadata", apiVersion: metaVersion, metadata } };
}
