import { hostLinkName } from "#cni/types/names.ts";
import type { Finding, Fix, SignOfLife } from "../contract.ts";
import type { Known } from "../known.ts";

/** A finding about an attachment. */
export function about(
  known: Known,
  finding: Pick<Finding, "name" | "object" | "why" | "remedy"> & { readonly fix?: Fix | undefined },
): Finding {
  return { owner: known.name, pod: known.cached?.pod, fix: undefined, ...finding };
}

/** What must still be absent when the fix is done: its link, and its namespace if that is why it is gone. */
export function signOfLife({ owner, record, life }: Known): SignOfLife {
  const hostLink = hostLinkName(owner);
  const isNamespaceGone = life.kind === "gone" && !life.isOfAnotherBoot;
  const { netns: path, netnsIdentity: identity } = record ?? {};
  const netns = isNamespaceGone && path && identity ? { path, identity } : undefined;
  return { hostLink, netns };
}

/** Joined for a sentence: "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
