import type { Verb } from "../contract.ts";

/** What can be done to a single object, and to a collection of them. */
export type VerbOfOne = Extract<Verb, "get" | "update" | "patch" | "delete">;
export type VerbOfMany = Exclude<Verb, VerbOfOne>;
