import { parse as parseYaml, YAMLParseError } from "yaml";
import type { ResourceRow } from "../contract.ts";
import { decodeObject, protobufMediaType } from "../protobuf/envelope.ts";
import { ProtobufProblem } from "../protobuf/wire.ts";
import type { StructSchema } from "../schema/contract.ts";
import { badRequest, unsupportedMediaType } from "../status.ts";
import type { Exchange } from "./exchange.ts";

/** Longest body that is read, as in kube-apiserver. */
const maxBodyBytes = 3 * 1024 * 1024;

const accepted = ["application/json", "application/yaml"];
const acceptedForKinds = [...accepted, protobufMediaType];

/** "application/json; charset=utf-8" -> "application/json" */
export function mediaType(exchange: Exchange): string {
  return (exchange.header("content-type") ?? "").split(";")[0].trim().toLowerCase();
}

/** What a body is read as. */
type BodyKind = Pick<ResourceRow, "schema" | "isCustom">;

/**
 * Reads an object of a kind, sent as JSON, YAML or, but for custom resources, Protocol Buffers. A body without a type is
 * taken for JSON.
 * @throws StatusError 400, 413, 415
 */
export async function readObject(exchange: Exchange, kind: BodyKind): Promise<unknown> {
  return parseObject(await exchange.readBody(maxBodyBytes), mediaType(exchange), kind);
}

/** The same for a body that may be missing, which is undefined. @throws StatusError 400, 413, 415 */
export async function readOptionalObject(exchange: Exchange, kind: BodyKind): Promise<unknown> {
  const bytes = await exchange.readBody(maxBodyBytes);
  return bytes.length === 0 ? undefined : parseObject(bytes, mediaType(exchange), kind);
}

function parseObject(bytes: Buffer, type: string, { schema, isCustom }: BodyKind): unknown {
  if (type === "" || type === "application/json") return parseJson(bytes.toString("utf8"));
  if (type === "application/yaml") return readYaml(bytes.toString("utf8"));
  if (type !== protobufMediaType || isCustom)
    throw unsupportedMediaType(type, isCustom ? accepted : acceptedForKinds);
  return readProtobuf(bytes, schema);
}

/** Reads an applied configuration: YAML, of which JSON is a part and what clients send. @throws StatusError 400, 413 */
export async function readYamlObject(exchange: Exchange): Promise<unknown> {
  const text = await readText(exchange);
  try {
    return JSON.parse(text);
  } catch {
    return readYaml(text);
  }
}

/** @throws StatusError 413 */
export async function readText(exchange: Exchange): Promise<string> {
  return (await exchange.readBody(maxBodyBytes)).toString("utf8");
}

/** @throws StatusError 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`the body is no JSON: ${error.message}`);
  }
}

function readProtobuf(bytes: Buffer, schema: StructSchema): unknown {
  try {
    return decodeObject(bytes, schema);
  } catch (error) {
    if (!(error instanceof ProtobufProblem)) throw error;
    throw badRequest(`the body is no Protocol Buffers: ${error.message}`);
  }
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    throw badRequest(`the body is no YAML: ${error.message}`);
  }
}
