/** The paths of a resource and what can be done at them: as much as clients read to learn what a server can do. */
import type { ResourceRow, Verb } from "../contract.ts";
import { apiVersionOf } from "../resources/table.ts";
import type { Json } from "./schemas.ts";

interface Operation {
  readonly verb: Verb;
  readonly method: string;
  /** As in x-kubernetes-action. */
  readonly action: string;
}

const onMany: readonly Operation[] = [
  { verb: "list", method: "get", action: "list" },
  { verb: "create", method: "post", action: "post" },
  { verb: "deletecollection", method: "delete", action: "deletecollection" },
];

const onOne: readonly Operation[] = [
  { verb: "get", method: "get", action: "get" },
  { verb: "update", method: "put", action: "put" },
  { verb: "patch", method: "patch", action: "patch" },
  { verb: "delete", method: "delete", action: "delete" },
];

const writes: ReadonlySet<Verb> = new Set(["create", "update", "patch"]);

/** `parameter` writes a parameter as the version of OpenAPI wants it; `answer` the responses of an operation. */
export interface PathDialect {
  readonly parameter: (name: string, where: "path" | "query", type: string) => Json;
  readonly responses: (row: ResourceRow, isList: boolean) => Json;
}

export function pathsFor(row: ResourceRow, dialect: PathDialect): Json {
  const root = row.group === "" ? "/api" : "/apis";
  const base = `${root}/${apiVersionOf(row)}`;
  const inNamespace = row.namespaced ? "/namespaces/{namespace}" : "";
  const many = `${base}${inNamespace}/${row.plural}`;
  const namespace = row.namespaced ? [dialect.parameter("namespace", "path", "string")] : [];
  const named = [dialect.parameter("name", "path", "string"), ...namespace];
  const everywhere = row.namespaced
    ? { [`${base}/${row.plural}`]: item(row, dialect, onMany.slice(0, 1), []) }
    : {};
  return {
    ...everywhere,
    [many]: item(row, dialect, onMany, namespace),
    [`${many}/{name}`]: item(row, dialect, onOne, named),
  };
}

function item(
  row: ResourceRow,
  dialect: PathDialect,
  operations: readonly Operation[],
  parameters: readonly Json[],
): Json {
  const { group, version, kind } = row;
  const served = operations.filter(({ verb }) => row.verbs.includes(verb));
  return {
    ...Object.fromEntries(
      served.map(({ verb, method, action }) => [
        method,
        {
          operationId: `${action}${kind}`,
          parameters: writes.has(verb) ? writeParameters(verb, dialect) : [],
          responses: dialect.responses(row, verb === "list"),
          "x-kubernetes-action": action,
          "x-kubernetes-group-version-kind": { group, version, kind },
        },
      ]),
    ),
    parameters,
  };
}

/** kubectl looks for fieldValidation here before it leaves the checking of fields to the server. */
function writeParameters(verb: Verb, { parameter }: PathDialect): readonly Json[] {
  const names = ["dryRun", "fieldManager", "fieldValidation"];
  return [
    ...names.map((name) => parameter(name, "query", "string")),
    ...(verb === "patch" ? [parameter("force", "query", "boolean")] : []),
  ];
}
