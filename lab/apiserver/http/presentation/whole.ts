import type { ResourceRow, Stored } from "../../contract.ts";
import { apiVersionOf } from "../../resources/table.ts";
import type { Presentation } from "./contract.ts";
import { listMetadata } from "./list-metadata.ts";

/** Objects as they are stored, under the version that was asked for. */
export function presentWhole(row: ResourceRow): Presentation {
  const apiVersion = apiVersionOf(row);
  const names = { kind: `${row.kind}List`, apiVersion };
  const itemHead = row.isCustom ? "{" : typedHead(row);
  const textOf = ({ object, text }: Stored) =>
    object.apiVersion === apiVersion ? text : JSON.stringify({ ...object, apiVersion });
  return {
    one: textOf,
    listHead: (page) =>
      `${JSON.stringify({ ...names, metadata: listMetadata(page) }).slice(0, -1)},"items":[`,
    item: (stored) => `{${textOf(stored).slice(itemHead.length)}`,
    listEnd: "]}\n",
    watched: textOf,
    bookmark: (metadata) => JSON.stringify({ kind: row.kind, apiVersion, metadata }),
  };
}

/**
 * How the text of every object of the kind begins (StoredObject.text): what list items leave out. Items of custom
 * resources keep it, as with kube-apiserver.
 */
function typedHead(row: ResourceRow): string {
  return `{"apiVersion":${JSON.stringify(apiVersionOf(row))},"kind":${JSON.stringify(row.kind)},`;
}
