/** What doctor finds on a node, and what it would do about it: values, from a survey of the node (cni/survey). */
import type { Attachment } from "#cni/contract.ts";
import type { TaggedElement } from "#cni/survey/contract.ts";
import type { FindingName } from "./catalogue.ts";

export interface Finding {
  readonly name: FindingName;
  /** The file, link, element or entry that is an orphan or wrong. */
  readonly object: string;
  /** "network/container/interface". */
  readonly owner: string | undefined;
  /** "namespace/name", where the runtime's cache tells it. */
  readonly pod: string | undefined;
  /** Why it is one: a sentence without its dot. */
  readonly why: string;
  /** What would mend it, also by hand: likewise. */
  readonly remedy: string;
  /** Undefined where nothing is certain enough to be done by a program. */
  readonly fix: Fix | undefined;
}

/** One step that mends a finding. It is done only if what `unless` names is still absent. */
export type Fix =
  | { readonly kind: "replay-del"; readonly file: string }
  | { readonly kind: "remove-rules"; readonly owner: Attachment; readonly unless: SignOfLife }
  | {
      readonly kind: "remove-element";
      readonly element: Pick<TaggedElement, "family" | "set" | "keyHex">;
    }
  | { readonly kind: "delete-link"; readonly link: string; readonly index: number }
  | {
      readonly kind: "delete-neighbour";
      readonly link: string;
      readonly address: string;
      readonly mac: string;
    }
  | {
      readonly kind: "delete-forwarding";
      readonly link: string;
      readonly mac: string;
      readonly table: "self" | "master";
      readonly remote: string | undefined;
    }
  | ({ readonly kind: "free-empty-lease"; readonly address: string } & LeaseFolderName)
  | ({
      readonly kind: "release-lease";
      readonly owner: Attachment;
      readonly unless: SignOfLife;
    } & LeaseFolderName)
  | ({
      readonly kind: "restore-lease";
      readonly owner: Attachment;
      readonly addresses: readonly string[];
      readonly namespace: { readonly netns: string; readonly netnsIdentity: string };
    } & LeaseFolderName)
  | { readonly kind: "remove-file"; readonly file: string };

export interface LeaseFolderName {
  readonly dataDir: string;
  readonly network: string;
}

/** An attachment is alive again if its link is on the host, or its namespace where ADD saw it. */
export interface SignOfLife {
  readonly hostLink: string;
  readonly netns: { readonly path: string; readonly identity: string } | undefined;
}

export type Outcome = { readonly kind: "mended" } | { readonly kind: "left"; readonly why: string };

export interface Counted {
  readonly leases: number;
  readonly links: number;
  readonly rules: number;
  readonly cacheEntries: number | undefined;
  readonly namespaces: number;
  readonly pendingDels: number;
}

export interface Report {
  readonly bootId: string;
  readonly counted: Counted;
  /** With what became of each, where it was to be mended. */
  readonly findings: readonly (Finding & { readonly outcome?: Outcome })[];
}
