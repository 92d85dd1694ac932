import type { Stored } from "../../contract.ts";
import type { Presentation } from "./contract.ts";
import { listMetadata } from "./list-metadata.ts";

export const metaVersion = "meta.k8s.io/v1";

/** PartialObjectMetadata of meta/v1: for clients that want to know what there is, not what is in it. */
export function presentMetadata(): Presentation {
  const head = { kind: "PartialObjectMetadata", apiVersion: metaVersion };
  const textOf = ({ object }: Stored) => JSON.stringify({ ...head, metadata: object.metadata });
  return {
    one: textOf,
    listHead: (page) => {
      const list = {
        kind: "PartialObjectMetadataList",
        apiVersion: metaVersion,
        metadata: listMetadata(page),
      };
      return `${JSON.stringify(list).slice(0, -1)},"items":[`;
    },
    item: textOf,
    listEnd: "]}\n",
    watched: textOf,
    bookmark: (metadata) => JSON.stringify({ ...head, metadata }),
  };
}
