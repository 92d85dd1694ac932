import { createHash } from "node:crypto";
import type { ResourceRow } from "../contract.ts";
import { versionInfo } from "../discovery/version.ts";
import { apiVersionOf, type ResourceTable } from "../resources/table.ts";
import { openApiV2, openApiV3 } from "./dialects.ts";
import { listDefinition, listName } from "./lists.ts";
import { type PathDialect, pathsFor } from "./paths.ts";
import { type Dialect, definitionsFor, type Json } from "./schemas.ts";

const info = { title: "Kubernetes", version: versionInfo.gitVersion };

/** The OpenAPI documents of the resources that are served, as text; made when asked for, and anew when rows change. */
export class OpenApiDocuments {
  readonly #table: ResourceTable;
  readonly #texts = new Map<string, string>();
  #tableVersion = -1;

  constructor(table: ResourceTable) {
    this.#table = table;
  }

  /** What documents of version 3 there are: one for each group and version, at a URL that changes with its content. */
  index(): string {
    const paths = [...new Set(this.#table.rows.map(rootPath))].map((path) => {
      const hash = createHash("sha256")
        .update(this.v3(path) ?? "")
        .digest("hex");
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    });
    return JSON.stringify({ paths: Object.fromEntries(paths) });
  }

  /** The document of "api/v1" or "apis/apps/v1"; undefined when nothing of that version is served. */
  v3(path: string): string | undefined {
    const rows = this.#table.rows.filter((row) => rootPath(row) === path);
    if (rows.length === 0) return undefined;
    return this.#text(path, () => ({
      openapi: "3.0.0",
      info,
      paths: allPaths(rows, pathsV3),
      components: { schemas: allDefinitions(rows, openApiV3) },
    }));
  }

  /** One document of Swagger 2.0 for everything. */
  v2(): string {
    const { rows } = this.#table;
    return this.#text("v2", () => ({
      swagger: "2.0",
      info,
      paths: allPaths(rows, pathsV2),
      definitions: allDefinitions(rows, openApiV2),
    }));
  }

  #text(name: string, make: () => object): string {
    if (this.#tableVersion !== this.#table.version) {
      this.#texts.clear();
      this.#tableVersion = this.#table.version;
    }
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const text = JSON.stringify(make());
    this.#texts.set(name, text);
    return text;
  }
}

/** "api/v1" or "apis/apps/v1" */
function rootPath(row: ResourceRow): string {
  return `${row.group === "" ? "api" : "apis"}/${apiVersionOf(row)}`;
}

function allPaths(rows: readonly ResourceRow[], dialect: PathDialect): Json {
  return Object.assign({}, ...rows.map((row) => pathsFor(row, dialect)));
}

function allDefinitions(rows: readonly ResourceRow[], dialect: Dialect): Json {
  const definitions = definitionsFor(
    rows.map(({ schema }) => schema),
    dialect,
  );
  for (const row of rows) {
    const { group, version, kind, schema } = row;
    const own = definitions.get(schema.name);
    definitions.set(schema.name, {
      ...own,
      "x-kubernetes-group-version-kind": [{ group, version, kind }],
    });
    definitions.set(listName(row), listDefinition(row, dialect));
  }
  return Object.fromEntries([...definitions].sort(([one], [two]) => (one < two ? -1 : 1)));
}

const pathsV3: PathDialect = {
  parameter: (name, where, type) => ({
    name,
    in: where,
    ...(where === "path" ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  }),
  responses: (row, isList) => ({
    200: {
      description: "OK",
      content: { "application/json": { schema: answer(row, isList, openApiV3) } },
    },
  }),
};

const pathsV2: PathDialect = {
  parameter: (name, where, type) => ({
    name,
    in: where,
    type,
    ...(where === "path" ? { required: true } : { uniqueItems: true }),
  }),
  responses: (row, isList) => ({
    200: { description: "OK", schema: answer(row, isList, openApiV2) },
  }),
};

function answer(row: ResourceRow, isList: boolean, { definitions }: Dialect): Json {
  return { $ref: definitions + (isList ? listName(row) : row.schema.name) };
}
