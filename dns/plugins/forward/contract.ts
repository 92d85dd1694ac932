import type { Transport } from "../../contract.ts";
import type { UpstreamAddress, UpstreamOptions } from "../../upstream/contract.ts";

export type PolicyName = "random" | "round_robin" | "sequential";

/** One forward directive. */
export interface ForwardOptions {
  /** Zones whose names are forwarded, lower case with trailing dot. */
  readonly from: readonly string[];
  /** In the order written, without repetitions. */
  readonly to: readonly UpstreamAddress[];
  /** Names at or below these are not forwarded, except `from` itself. */
  readonly except: readonly string[];
  readonly policy: PolicyName;
  /** Transport of upstream queries; absent: the client's own. */
  readonly transport?: Transport;
  /** Asks again over TCP when an answer over UDP was cut. */
  readonly retryTruncated: boolean;
  /** Failed health checks in a row that an upstream may have; 0: it is never down, and never checked. */
  readonly maxFails: number;
  /** Failed exchanges one query may cause; 0: as many as fit in its time. */
  readonly maxConnectAttempts: number;
  /** Queries of clients at a time; 0: any number. */
  readonly maxConcurrent: number;
  /** How long one upstream is waited for. */
  readonly readTimeoutMs: number;
  /** How long a query may take in all. */
  readonly deadlineMs: number;
  /** SERVFAIL at once when all upstreams are down, in place of trying one of them. */
  readonly failFast: boolean;
  /** Rcodes after which the next upstream is asked. */
  readonly failover: ReadonlySet<number>;
  /** Rcodes after which the next forward directive is asked. */
  readonly next: ReadonlySet<number>;
  /** The same for NOERROR without answers. */
  readonly nextOnNodata: boolean;
  readonly upstream: UpstreamOptions;
}
