import type { JsonObject } from "./contract.ts";
import { CniError } from "./errors.ts";

/**
 * One object of a JSON document with the path that leads to it, so that every fault names its key. A key that is
 * absent or null reads as undefined, and capitals do not matter, as Go's decoder has it: containerd writes "HostPort" for
 * hostPort. Other types than asked for are CniError 7.
 */
export class Fields {
  readonly object: JsonObject;
  readonly path: string;

  constructor(value: unknown, path = "") {
    if (!isObject(value)) throw wrong(path || "the document", value, "an object");
    this.object = value;
    this.path = path;
  }

  text(key: string): string | undefined {
    return this.#read(key, "a string", isString);
  }

  flag(key: string): boolean | undefined {
    return this.#read(key, "true or false", isBoolean);
  }

  integer(key: string): number | undefined {
    return this.#read(key, "an integer", isInteger);
  }

  texts(key: string): readonly string[] | undefined {
    return this.#read(key, "a list of strings", isTexts);
  }

  child(key: string): Fields | undefined {
    const value = this.#value(key);
    return value === undefined || value === null ? undefined : new Fields(value, this.pathOf(key));
  }

  /** The objects of a list; undefined where there is no list. */
  children(key: string): readonly Fields[] | undefined {
    const path = this.pathOf(key);
    return this.list(key)?.map((item, index) => new Fields(item, `${path}[${index}]`));
  }

  list(key: string): readonly unknown[] | undefined {
    return this.#read(key, "a list", isList);
  }

  pathOf(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  /** The fault of a value that has the right type and is wrong all the same. */
  fault(key: string, problem: string): CniError {
    return new CniError(7, `${this.pathOf(key)}: ${problem}`);
  }

  #read<T>(key: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#value(key);
    if (value === undefined || value === null) return undefined;
    if (is(value)) return value;
    throw wrong(this.pathOf(key), value, wanted);
  }

  /** Of the key as it is written here, before one that differs in capitals alone. */
  #value(key: string): unknown {
    if (Object.hasOwn(this.object, key)) return this.object[key];
    const written = Object.keys(this.object).find(
      (each) => each.length === key.length && each.toLowerCase() === key.toLowerCase(),
    );
    return written === undefined ? undefined : this.object[written];
  }
}

/** The object without keys whose value is undefined, which exactOptionalPropertyTypes tells apart from absent ones. */
export function compact<T extends object>(
  object: { readonly [K in keyof T]: T[K] | undefined },
): T {
  // Dropping the undefined values is what makes it a T.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  isList(value) && value.every(isString);

function wrong(path: string, value: unknown, wanted: string): CniError {
  return new CniError(7, `${path}: ${JSON.stringify(value)} is not ${wanted}`);
}
