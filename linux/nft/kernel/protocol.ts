import type { Acknowledgement } from "#linux/netlink/contract.ts";

/** What the writer's thread is started with. */
export interface ThreadData {
  /** The network namespace that it writes to; the process's own unless given. */
  readonly namespacePath: string | undefined;
}

/** What the thread is asked, one at a time. */
export type ThreadRequest =
  /** Messages of a batch; their memory moves to the thread and comes back with the answer. */
  | { readonly kind: "batch"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "dump"; readonly type: number; readonly body: Uint8Array }
  /** What one message answers; the answer is that of a dump. */
  | { readonly kind: "get"; readonly type: number; readonly body: Uint8Array };

/** What a request comes to. */
export type ThreadAnswer =
  | {
      readonly kind: "batch";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly acknowledgements: readonly Acknowledgement[];
    }
  /** The bodies of the messages, behind their nfgenmsg header. */
  | { readonly kind: "dump"; readonly bodies: readonly Uint8Array<ArrayBuffer>[] }
  /** A dump that the kernel refuses, or a batch that it did not take at all. */
  | { readonly kind: "refused"; readonly errnoName: string; readonly message: string };

/** What the thread says: first that it has its socket, then an answer to each request. */
export type ThreadMessage = { readonly kind: "ready" } | ThreadAnswer;
