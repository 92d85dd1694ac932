import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { immutableProblems } from "./immutable.ts";
import { invalidValue } from "./problems.ts";
import type { Strategy } from "./strategy.ts";

type Data = Readonly<Record<string, string>>;

/** Secrets: text that comes as stringData is kept as data, and nothing but base64 is. */
export const secretStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const secret: KubeObject = { type: "Opaque", ...rest };
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringData as Data).map(
    ([key, text]) => [key, Buffer.from(text).toString("base64")] as const,
  );
  return {
    ...secret,
    data: { ...(secret.data as Data | undefined), ...Object.fromEntries(encoded) },
  };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const problems = Object.entries((object.data ?? {}) as Data)
    .filter(([, value]) => !isBase64(value))
    .map(([key]) => invalidValue(`data[${key}]`, "<hidden>", "must be base64"));
  if (before !== undefined && before.type !== object.type)
    problems.push(invalidValue("type", object.type, "field is immutable"));
  return [...problems, ...immutableProblems(object, before)];
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
