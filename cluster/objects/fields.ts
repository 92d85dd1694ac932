import type { FieldPath } from "./errors.ts";

type Json = Readonly<Record<string, unknown>>;

/** Raised inside decoders; decodeObject turns it into the ObjectDecodeError that names the object. */
export class FieldError extends Error {
  readonly path: FieldPath;
  readonly problem: string;

  constructor(path: FieldPath, problem: string) {
    super(problem);
    this.path = path;
    this.problem = problem;
  }
}

/**
 * Typed reading of one JSON object. Absent and null are the same, as in the API. Where a field stands is worked out
 * only when it is wrong.
 */
export class Fields {
  readonly #value: Json;
  readonly #parent: Fields | undefined;
  readonly #step: string | number;

  private constructor(value: Json, parent: Fields | undefined, step: string | number) {
    this.#value = value;
    this.#parent = parent;
    this.#step = step;
  }

  static of(value: unknown): Fields {
    if (!isObject(value)) throw new FieldError([], `${describe(value)} is no object`);
    return new Fields(value, undefined, "");
  }

  text(name: string): string | undefined {
    const value = this.#value[name] ?? undefined;
    if (value !== undefined && typeof value !== "string") this.#wrongType(name, "a string");
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") return this.fail(name, "must not be empty");
    return value;
  }

  /** One of the words, else the fallback where the field is absent or empty. */
  word<W extends string>(name: string, words: readonly W[], fallback: W): W {
    const value = this.text(name);
    if (value === undefined || value === "") return fallback;
    const known = words.find((word) => word === value);
    return known ?? this.fail(name, `"${value}" is none of ${words.join(", ")}`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.#value[name] ?? undefined;
    if (value !== undefined && typeof value !== "boolean") this.#wrongType(name, "true or false");
    return value;
  }

  port(name: string): number | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 65535) {
      return this.#wrongType(name, "an integer from 0 to 65535");
    }
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined) return undefined;
    return Number.isInteger(value) ? (value as number) : this.#wrongType(name, "an integer");
  }

  /** The names of the fields that there are. */
  names(): string[] {
    return Object.keys(this.#value);
  }

  has(name: string): boolean {
    return (this.#value[name] ?? undefined) !== undefined;
  }

  child(name: string): Fields | undefined {
    const value = this.#value[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.#wrongType(name, "an object");
    return new Fields(value, this, name);
  }

  children(name: string): Fields[] {
    const list = this.#list(name);
    if (list.length === 0) return [];
    const holder = new Fields({}, this, name);
    return list.map((value, index) => {
      if (!isObject(value)) return holder.fail(index, `${describe(value)} is no object`);
      return new Fields(value, holder, index);
    });
  }

  texts(name: string): readonly string[] {
    const list = this.#list(name);
    for (let index = 0; index < list.length; index++) {
      if (typeof list[index] !== "string") {
        new Fields({}, this, name).fail(index, `${describe(list[index])} is no string`);
      }
    }
    return list as readonly string[]; // each was looked at just now
  }

  /** A map of strings, such as labels. */
  textMap(name: string): Readonly<Record<string, string>> {
    const map = this.child(name);
    if (map === undefined) return {};
    for (const key of Object.keys(map.#value)) {
      if (typeof map.#value[key] !== "string") map.#wrongType(key, "a string");
    }
    return map.#value as Readonly<Record<string, string>>; // each was looked at just now
  }

  fail(name: string | number, problem: string): never {
    throw new FieldError([...this.#path(), name], problem);
  }

  #list(name: string): readonly unknown[] {
    const value = this.#value[name] ?? undefined;
    if (value === undefined) return none;
    return Array.isArray(value) ? value : this.#wrongType(name, "a list");
  }

  #wrongType(name: string, expected: string): never {
    return this.fail(name, `${describe(this.#value[name])} is not ${expected}`);
  }

  #path(): (string | number)[] {
    return this.#parent === undefined ? [] : [...this.#parent.#path(), this.#step];
  }
}

const none: readonly never[] = [];

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
