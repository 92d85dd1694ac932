import { createHash } from "node:crypto";
import type { Operation } from "#linux/nft/contract.ts";
import type { OwnedRules } from "../../contract.ts";
import type { OwnedElement } from "./owned.ts";
import { rule } from "./words.ts";

/**
 * What an attachment has is noted in a chain that bears its name and that no packet reaches: a rule for each element,
 * which its comment names. They hold no verdict, for which the kernel would look at every chain of the table. So DEL finds all of it by the owner, at the same cost however many there are.
 */
export interface Note {
  readonly handle: number;
  readonly kind: OwnedRules["kind"];
  readonly set: string;
  readonly key: Uint8Array;
}

/** The comment of an owner's elements, for whoever meets them first. */
export function tagOf(ownerName: string): string {
  return createHash("sha256").update(ownerName).digest("hex").slice(0, 16);
}

const counter = { kind: "counter" } as const;

export function noteOperation(
  chain: string,
  kind: OwnedRules["kind"],
  { set, element }: OwnedElement,
): Operation {
  const comment = `${kind} ${set} ${Buffer.from(element.key).toString("hex")}`;
  return { kind: "addRule", chain, rule: { ...rule(counter), comment } };
}

/** An admission that closes nothing has no element, and is noted all the same. */
export function emptyNote(chain: string, kind: OwnedRules["kind"]): Operation {
  return { kind: "addRule", chain, rule: { ...rule(counter), comment: kind } };
}

/** Undefined for a rule that is no note. */
export function parseNote(read: {
  readonly handle: number;
  readonly comment?: string;
}): Note | undefined {
  const [kind = "", set = "", key = ""] = (read.comment ?? "").split(" ");
  if (!isKind(kind)) return undefined;
  return { handle: read.handle, kind, set, key: Buffer.from(key, "hex") };
}

const kinds: readonly string[] = [
  "masquerade",
  "host-ports",
  "anti-spoof",
  "admission",
] satisfies OwnedRules["kind"][];

function isKind(text: string): text is OwnedRules["kind"] {
  return kinds.includes(text);
}
