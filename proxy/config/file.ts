/** A KubeProxyConfiguration file into Values. */
import { isMap, isScalar, LineCounter, type Node, parseAllDocuments, type YAMLMap } from "yaml";
import { ProxyConfigError } from "./errors.ts";
import { type FieldPath, fields, isFieldPath, isSection } from "./fields.ts";
import type { Values } from "./values.ts";

const group = "kubeproxy.config.k8s.io";
const apiVersion = `${group}/v1alpha1`;
const kind = "KubeProxyConfiguration";

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly values: Values;
}

/**
 * Reads the one KubeProxyConfiguration among the file's documents: kubeadm's files hold others beside it.
 * @throws ProxyConfigError (FL-P001) with file and line for anything that kube-proxy's schema does not have
 */
export function readConfigFile(file: string, text: string, values: Values): void {
  const lines = new LineCounter();
  const reader = { file, lines, values };
  const found: YAMLMap[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines })) {
    const [error] = document.errors;
    if (error !== undefined) {
      const [problem = error.message] = error.message.split("\n", 1);
      throw new ProxyConfigError(`${file}:${lines.linePos(error.pos[0]).line}`, problem);
    }
    const { contents } = document;
    if (isMap(contents) && textAt(contents, "kind") === kind) found.push(contents);
  }
  const [map, second] = found;
  if (map === undefined) throw new ProxyConfigError(file, `holds no ${kind} (kind: ${kind})`);
  if (second !== undefined) throw new ProxyConfigError(at(reader, second), `a second ${kind}`);
  const version = textAt(map, "apiVersion");
  if (version !== apiVersion) {
    const node = map.get("apiVersion", true) ?? map;
    throw new ProxyConfigError(
      at(reader, node),
      `apiVersion: ${JSON.stringify(version)} is not ${apiVersion}`,
    );
  }
  readMap(reader, map, "");
}

function textAt(map: YAMLMap, key: string): unknown {
  const node: unknown = map.get(key, true);
  return isScalar(node) ? node.value : undefined;
}

function readMap(reader: Reader, map: YAMLMap, section: string): void {
  for (const { key, value } of map.items) {
    const name = String(isScalar(key) ? key.value : key);
    const path = section === "" ? name : `${section}.${name}`;
    if (path === "kind" || path === "apiVersion") continue;
    const node = value as Node | null; // values of a parsed document are nodes
    const where = at(reader, isScalar(key) ? key : map);
    if (isFieldPath(path)) readField(reader, path, node, where);
    else if (!isSection(path)) throw new ProxyConfigError(where, unknownField(path, section));
    else if (isMap(node)) readMap(reader, node, path);
    else if (!isNull(node)) throw new ProxyConfigError(where, `${path} is a section with fields`);
  }
}

function readField(reader: Reader, path: FieldPath, node: Node | null, where: string): void {
  if (isNull(node)) return;
  const json: unknown = isScalar(node) ? node.value : node?.toJSON();
  const { type } = fields[path];
  const value = type.fromYaml(json);
  if (value === undefined) {
    throw new ProxyConfigError(where, `${path}: ${JSON.stringify(json)} is not ${type.wanted}`);
  }
  reader.values.set(path, value, where);
}

function unknownField(path: string, section: string): string {
  const prefix = section === "" ? "" : `${section}.`;
  const siblings = Object.keys(fields)
    .filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length).split(".", 1)[0] ?? "");
  const where = section === "" ? "" : ` in ${section}`;
  return `there is no field ${path}; there are${where} ${[...new Set(siblings)].join(", ")}`;
}

function isNull(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function at({ file, lines }: Reader, node: unknown): string {
  const range = (node as Node | undefined)?.range; // a node of the document, or nothing
  return range ? `${file}:${lines.linePos(range[0]).line}` : file;
}
