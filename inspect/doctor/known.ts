import type { Attachment } from "#cni/contract.ts";
import type { OwnerRecord } from "#cni/ipam/owner.ts";
import type {
  CachedAttachment,
  HostLink,
  InnerLink,
  LeasedNetwork,
  OwnerNote,
  SurveyedLease,
  SurveyedNamespace,
} from "#cni/survey/contract.ts";

/** One attachment, with all that the node has under its name. */
export interface Known {
  readonly owner: Attachment;
  /** "network/container/interface". */
  readonly name: string;
  readonly folder: LeasedNetwork | undefined;
  readonly leases: readonly SurveyedLease[];
  readonly record: OwnerRecord | undefined;
  readonly cached: CachedAttachment | undefined;
  /** Where its container's namespace was, as it or another interface of the same container was added. */
  readonly sandbox: Sandbox | undefined;
  readonly hostLink: HostLink | undefined;
  readonly notes: readonly OwnerNote[];
  readonly life: Life;
}

export interface Sandbox {
  readonly path: string;
  /** Undefined where the runtime alone has noted it. */
  readonly identity: string | undefined;
}

export type Life =
  /** `inner` is its end of the link, where it is ours. */
  | {
      readonly kind: "live";
      readonly namespace: SurveyedNamespace | undefined;
      readonly inner: InnerLink | undefined;
    }
  /** Its namespace is there and has neither the interface nor an address of it. */
  | { readonly kind: "unconnected"; readonly namespace: SurveyedNamespace }
  | { readonly kind: "gone"; readonly isOfAnotherBoot: boolean; readonly why: string }
  /** Nothing shows that it is gone. */
  | { readonly kind: "unknown"; readonly why: string };

export const nameOf = ({ network, containerId, ifname }: Attachment): string =>
  `${network}/${containerId}/${ifname || "?"}`;
