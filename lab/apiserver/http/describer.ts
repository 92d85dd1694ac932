import { aggregatedDiscovery, aggregatedMediaType } from "../discovery/aggregated.ts";
import { coreVersions, group, groupList, resourceList } from "../discovery/legacy.ts";
import { versionInfo } from "../discovery/version.ts";
import { OpenApiDocuments } from "../openapi/documents.ts";
import { emptyDocument, protobufContentType, protobufMediaType } from "../openapi/protobuf.ts";
import type { ResourceTable } from "../resources/table.ts";
import { noSuchResource } from "../status.ts";
import type { Exchange } from "./exchange.ts";
import { isJson, notAcceptable, parseAccept } from "./media-types.ts";
import type { Route } from "./route.ts";
import { sendText } from "./send.ts";

/** The routes that say what there is, rather than give it. */
export type DescriptiveRoute = Exclude<Route, { readonly to: "resource" | "health" }>;

/** Answers what clients ask to learn what the server can do: version, discovery, OpenAPI. */
export class Describer {
  readonly #table: ResourceTable;
  readonly #documents: OpenApiDocuments;

  constructor(table: ResourceTable) {
    this.#table = table;
    this.#documents = new OpenApiDocuments(table);
  }

  /** @throws StatusError 404, 406 */
  answer(exchange: Exchange, found: DescriptiveRoute): void {
    if ((found.to === "core-versions" || found.to === "groups") && wantsAggregated(exchange)) {
      const which = found.to === "groups" ? "named" : "core";
      const text = JSON.stringify(aggregatedDiscovery(this.#table, which));
      sendText(exchange, aggregatedMediaType, text);
      return;
    }
    if (found.to === "openapi-v2" && wantsProtobuf(exchange)) {
      sendText(exchange, protobufContentType, emptyDocument());
      return;
    }
    if (!acceptsJson(exchange)) throw notAcceptable(["application/json"]);
    sendText(exchange, "application/json", this.#text(exchange, found));
  }

  #text(exchange: Exchange, found: DescriptiveRoute): string {
    switch (found.to) {
      case "version":
        return JSON.stringify(versionInfo);
      case "core-versions":
        return JSON.stringify(coreVersions(exchange.header("host") ?? ""));
      case "groups":
        return JSON.stringify(groupList(this.#table));
      case "group":
        return JSON.stringify(group(this.#table, found.group));
      case "resources":
        return JSON.stringify(resourceList(this.#table, found.apiVersion));
      case "openapi-v2":
        return this.#documents.v2();
      case "openapi-v3-index":
        return this.#documents.index();
      case "openapi-v3": {
        const document = this.#documents.v3(found.document);
        if (document === undefined) throw noSuchResource();
        return document;
      }
      case "nothing":
        throw noSuchResource();
    }
  }
}

/** Whether the client knows discovery in one answer; the older forms of it are not worth a branch. */
function wantsAggregated(exchange: Exchange): boolean {
  return parseAccept(exchange.header("accept") ?? "").some(
    ({ parameters: { as, g, v } }) =>
      as === "APIGroupDiscoveryList" && g === "apidiscovery.k8s.io" && v === "v2",
  );
}

function wantsProtobuf(exchange: Exchange): boolean {
  const types = parseAccept(exchange.header("accept") ?? "").map(({ type }) => type);
  return types.includes(protobufMediaType) && !acceptsJson(exchange);
}

function acceptsJson(exchange: Exchange): boolean {
  const wanted = parseAccept(exchange.header("accept") ?? "");
  return wanted.length === 0 || wanted.some(isJson);
}
