import { parse as parseYaml, YAMLParseError } from "yaml";
import { badRequest, unsupportedMediaType } from "../status.ts";
import type { Exchange } from "./exchange.ts";

/** Longest body that is read, as in kube-apiserver. */
const maxBodyBytes = 3 * 1024 * 1024;

const accepted = ["application/json", "application/yaml"];

/** "application/json; charset=utf-8" -> "application/json" */
export function mediaType(exchange: Exchange): string {
  return (exchange.header("content-type") ?? "").split(";")[0].trim().toLowerCase();
}

/**
 * Reads an object sent as JSON or YAML; a body without a type is taken for JSON.
 * @throws StatusError 400, 413, 415
 */
export async function readObject(exchange: Exchange): Promise<unknown> {
  const type = mediaType(exchange);
  if (type === "" || type === "application/json") return parseJson(await readText(exchange));
  if (type === "application/yaml") return readYaml(await readText(exchange));
  throw unsupportedMediaType(type, accepted);
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

function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    throw badRequest(`the body is no YAML: ${error.message}`);
  }
}
