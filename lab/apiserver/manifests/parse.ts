import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import type { KubeObject } from "../contract.ts";
import { ManifestError } from "./manifest-error.ts";

/** One file of manifests. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** One object and where it stands: its document in the file and the path to it within (a List has several). */
export interface Manifest {
  readonly source: ManifestFile;
  readonly document: number;
  readonly path: readonly (string | number)[];
  readonly object: KubeObject;
}

/**
 * Reads the objects of a file of YAML documents or JSON; Lists are unfolded.
 * @throws ManifestError naming the line for bad syntax and for what is no object with apiVersion and kind
 */
export function parseManifests(source: ManifestFile): Manifest[] {
  return documents(source).flatMap((value, document) =>
    unfold({ source, document, path: [] }, value),
  );
}

/**
 * The line, from 1, on which the field of a manifest stands, or the nearest field around it that is there.
 * @param field as in a Status' causes, e.g. "spec.ports[0].port"
 */
export function lineOf({ source, document, path }: Omit<Manifest, "object">, field = ""): number {
  const lines = new LineCounter();
  const parsed = parseYaml(source, lines)[document];
  const steps = field.split(/[.[\]]+/).filter((step) => step !== "");
  const wanted = [...path, ...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
  for (let length = wanted.length; length >= path.length; length -= 1) {
    const node = parsed.getIn(wanted.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** JSON is read by the faster parser; YAML's, of which JSON is a part, is needed for the rest and for line numbers. */
function documents(source: ManifestFile): unknown[] {
  if (source.file.endsWith(".json")) {
    try {
      return [JSON.parse(source.text)];
    } catch {
      // The YAML parser below says where it is wrong.
    }
  }
  const lines = new LineCounter();
  return parseYaml(source, lines).map((document) => {
    const [error] = document.errors;
    if (error === undefined) return toValue(document, source.file);
    const [why] = error.message.split(" at line");
    throw new ManifestError(source.file, lines.linePos(error.pos[0]).line, why);
  });
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ManifestError(file, 1, error.message, { cause: error });
  }
}

function parseYaml({ text }: ManifestFile, lineCounter: LineCounter): readonly Document[] {
  return [...parseAllDocuments(text, { lineCounter })].map((document) => document as Document);
}

function unfold(place: Omit<Manifest, "object">, value: unknown): Manifest[] {
  if (value === null || value === undefined) return [];
  const problem = objectProblem(value);
  if (problem !== undefined) throw new ManifestError(place.source.file, lineOf(place), problem);
  // The shape was checked in the line above; the rest of it is checked when the object is created.
  const object = value as KubeObject;
  if (!object.kind.endsWith("List") || !Array.isArray(object.items)) return [{ ...place, object }];
  return object.items.flatMap((item, index) =>
    unfold({ ...place, path: [...place.path, "items", index] }, item),
  );
}

function objectProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "this is no Kubernetes object";
  const { apiVersion, kind } = value as Partial<KubeObject>;
  if (typeof apiVersion !== "string" || apiVersion === "")
    return 'the object lacks apiVersion, e.g. "apiVersion: v1"';
  if (typeof kind !== "string" || kind === "") return 'the object lacks kind, e.g. "kind: Service"';
  return undefined;
}
