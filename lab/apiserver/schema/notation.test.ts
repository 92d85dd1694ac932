import { describe, expect, it } from "vitest";
import type { Schema } from "./contract.ts";
import { parseField } from "./notation.ts";

const text: Schema = { type: "scalar", scalar: "string" };
const pod: Schema = { type: "any" };
const find = (name: string) => (name === "Pod" ? pod : undefined);
const atomic = { kind: "atomic" };
const replace = { strategy: "replace" };

describe("the notation of fields", () => {
  it.each([
    ["string", text],
    ["Pod", pod],
    ["any", { type: "any" }],
    ["{}string", { type: "map", values: text, isAtomic: false }],
    ["{atomic}string", { type: "map", values: text, isAtomic: true }],
    ["[]Pod", { type: "list", items: pod, topology: atomic, patch: replace }],
    ["[set]string", { type: "list", items: text, topology: { kind: "set" }, patch: replace }],
    [
      "[mergeset]string",
      { type: "list", items: text, topology: { kind: "set" }, patch: { strategy: "merge" } },
    ],
    [
      "[port,protocol=TCP]Pod",
      {
        type: "list",
        items: pod,
        topology: { kind: "map", keys: [{ field: "port" }, { field: "protocol", absent: "TCP" }] },
        patch: { strategy: "merge", key: "port" },
      },
    ],
    [
      "[=name]Pod",
      {
        type: "list",
        items: pod,
        topology: { kind: "map", keys: [{ field: "name" }] },
        patch: replace,
      },
    ],
    [
      "[~ip]Pod",
      { type: "list", items: pod, topology: atomic, patch: { strategy: "merge", key: "ip" } },
    ],
  ])("%s", (notation, schema) => {
    expect(parseField(notation, find)).toEqual({ schema, isRequired: false, about: "" });
  });

  it("says whether a field is required, and what it is about", () => {
    expect(parseField("string! What it is.", find)).toEqual({
      schema: text,
      isRequired: true,
      about: "What it is.",
    });
  });

  it("refuses types that there are not", () => {
    expect(() => parseField("Pood", find)).toThrowError('"Pood"');
  });
});
