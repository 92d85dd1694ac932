import { type Document, isNode, LineCounter, type ParsedNode, parseAllDocuments } from "yaml";
import type { Kind, KindTypes } from "../contract.ts";
import { decodeObject } from "../objects/decode.ts";
import { type FieldPath, ObjectDecodeError } from "../objects/errors.ts";
import type { Pool } from "../objects/pool.ts";
import { ManifestError } from "./errors.ts";

/** One object of a file. */
export type Manifest = {
  readonly [K in Kind]: { readonly kind: K; readonly object: KindTypes[K]; readonly line: number };
}[Kind];

const apiVersions: { readonly [K in Kind]: string } = {
  Service: "v1",
  EndpointSlice: "discovery.k8s.io/v1",
  Namespace: "v1",
  Pod: "v1",
  Node: "v1",
  ServiceCIDR: "networking.k8s.io/v1",
};

const clusterScoped: readonly Kind[] = ["Namespace", "Node", "ServiceCIDR"];

/**
 * The objects of a manifest file: YAML or JSON, several documents, lists unfolded. Kinds that Fairlead does not read
 * are passed over, so that files may hold whole applications. Throws ManifestError (FL-C003).
 */
export function parseManifests(file: string, text: string, pool: Pool): Manifest[] {
  const lines = new LineCounter();
  const manifests: Manifest[] = [];
  for (const document of parseAllDocuments<ParsedNode>(text, { lineCounter: lines })) {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = lines.linePos(error.pos[0]).line;
      throw new ManifestError(file, line, firstLine(error.message), { cause: error });
    }
    const reader = { file, document, lines, pool };
    manifests.push(...readValue(reader, toJson(reader), []));
  }
  return manifests;
}

interface Reader {
  readonly file: string;
  readonly document: Document<ParsedNode>;
  readonly lines: LineCounter;
  readonly pool: Pool;
}

function toJson({ file, document, lines }: Reader): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // Aliases without an anchor, or so many that they would blow up memory.
    const line = lines.linePos(document.range?.[0] ?? 0).line;
    throw new ManifestError(file, line, firstLine(String(cause)), { cause });
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

interface TypedObject {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly items?: unknown;
}

function readValue(reader: Reader, value: unknown, path: FieldPath): Manifest[] {
  if (value === null || value === undefined) return []; // an empty document, as between two ---
  if (typeof value !== "object" || Array.isArray(value)) {
    throw faultAt(reader, path, "a manifest is a mapping with kind and apiVersion");
  }
  const { kind, apiVersion, items } = value as TypedObject;
  if (typeof kind !== "string") throw faultAt(reader, [...path, "kind"], "must be a string");
  if (typeof apiVersion !== "string") {
    throw faultAt(reader, [...path, "apiVersion"], "must be a string");
  }
  if (kind.endsWith("List") && Array.isArray(items)) {
    return items.flatMap((item, index) =>
      readValue(reader, withType(item, kind, apiVersion), [...path, "items", index]),
    );
  }
  return isRead(kind, apiVersion, reader, path) ? [decode(reader, kind, value, path)] : [];
}

/** Items of a typed list such as ServiceList need not repeat their kind. */
function withType(item: unknown, listKind: string, apiVersion: string): unknown {
  if (listKind === "List" || typeof item !== "object" || item === null) return item;
  return { kind: listKind.slice(0, -"List".length), apiVersion, ...item };
}

/** False for kinds of no interest, among them those that only share a name ("Service" of another group). */
function isRead(kind: string, apiVersion: string, reader: Reader, path: FieldPath): kind is Kind {
  if (!Object.hasOwn(apiVersions, kind)) return false;
  const expected = apiVersions[kind as Kind]; // an own key, as just seen
  if (apiVersion === expected) return true;
  if (groupOf(apiVersion) !== groupOf(expected)) return false;
  const problem = `"${apiVersion}" of ${kind} is not read: use ${expected}`;
  throw faultAt(reader, [...path, "apiVersion"], problem);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function decode<K extends Kind>(
  reader: Reader,
  kind: K,
  value: unknown,
  path: FieldPath,
): Manifest {
  try {
    const object = inNamespace(kind, decodeObject(kind, value, reader.pool));
    return { kind, object, line: lineOf(reader, path) } as Manifest; // kind and object match by K
  } catch (error) {
    if (!(error instanceof ObjectDecodeError)) throw error;
    const line = lineOf(reader, [...path, ...error.path]);
    throw new ManifestError(reader.file, line, error.message, { cause: error });
  }
}

function inNamespace<K extends Kind>(kind: K, object: KindTypes[K]): KindTypes[K] {
  return clusterScoped.includes(kind) || object.namespace !== ""
    ? object
    : { ...object, namespace: "default" };
}

function faultAt(reader: Reader, path: FieldPath, problem: string): ManifestError {
  const where = path.length === 0 ? "" : `${path.join(".")}: `;
  return new ManifestError(reader.file, lineOf(reader, path), where + problem);
}

/** Where the field stands, or the innermost part of its path that exists. */
function lineOf({ document, lines }: Reader, path: FieldPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    return lines.linePos(node.range[0]).line;
  }
  return 1;
}
