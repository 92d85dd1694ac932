/** Functions of the template language. */
import type { Expression, Value } from "./contract.ts";
import { TemplateError } from "./template-error.ts";

interface TemplateFunction {
  /** How it is written. */
  readonly form: string;
  readonly arguments: number;
  readonly call: (...values: readonly Value[]) => Value;
}

const functions: Readonly<Record<string, TemplateFunction>> = {
  index: { form: "index COLLECTION KEY", arguments: 2, call: index },
  parseInt: { form: "parseInt TEXT BASE BITS", arguments: 3, call: parseUnsigned },
};

export const functionNames: readonly string[] = Object.keys(functions);

/** @throws TemplateError when it takes another number of arguments */
export function callFunction(name: string, args: readonly Expression[]): Expression {
  const { form, arguments: count, call } = functions[name] as TemplateFunction;
  if (args.length !== count) throw new TemplateError(`'${name}' is written: ${form}`);
  return (data) => call(...args.map((argument) => argument(data)));
}

/** An element of a list by its number, or of a map by its name. */
function index(collection: Value | undefined, key: Value | undefined): Value {
  if (collection instanceof Map && typeof key === "string") return collection.get(key) ?? "";
  if (Array.isArray(collection) && typeof key === "bigint") {
    const element: string | undefined = collection[Number(key)];
    if (element !== undefined) return element;
    throw new TemplateError(`index ${key} is behind the last of ${collection.length} elements`);
  }
  throw new TemplateError("index wants .Match and a number, or .Group and a text");
}

/** The number that a text of digits means (Go: strconv.ParseUint). */
function parseUnsigned(text?: Value, base?: Value, bits?: Value): Value {
  if (typeof text !== "string" || typeof base !== "bigint" || typeof bits !== "bigint")
    throw new TemplateError("parseInt wants a text and two numbers");
  let value = 0n;
  for (const char of text.toLowerCase()) {
    const digit = /[0-9a-z]/.test(char) ? BigInt(Number.parseInt(char, 36)) : base;
    if (digit >= base) throw new TemplateError(`'${text}' is no number of base ${base}`);
    value = value * base + digit;
  }
  if (text !== "" && value < 2n ** (bits === 0n ? 64n : bits)) return value;
  throw new TemplateError(`'${text}' is no number of ${bits} bits`);
}
