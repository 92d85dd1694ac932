/** What a pod of the test can be asked to try, and what comes of it: a line of JSON each way. */

export type Attempt = HttpAttempt | TcpAttempt | UdpAttempt | DnsAttempt;

export interface HttpAttempt {
  readonly kind: "http";
  readonly host: string;
  readonly port: number;
  /** Sent, and asked for in return. */
  readonly bodyBytes: number;
  readonly timeoutMs: number;
}

/** A connection, and nothing on it. */
export interface TcpAttempt {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** One datagram of JSON, padded to that size, which comes back as long. */
export interface UdpAttempt {
  readonly kind: "udp";
  readonly host: string;
  readonly port: number;
  readonly bytes: number;
  readonly timeoutMs: number;
}

export interface DnsAttempt {
  readonly kind: "dns";
  readonly transport: "udp" | "tcp";
  /** "resolv.conf" is the first one there. */
  readonly server: string;
  /** Absolute, with its last dot, or completed by the search list of resolv.conf. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "SRV" | "PTR";
  readonly timeoutMs: number;
}

export type Outcome =
  | {
      readonly kind: "answer";
      readonly server: ServerReply;
      readonly bytes: number;
      readonly tookMs: number;
    }
  | {
      readonly kind: "records";
      /** NOERROR, NXDOMAIN, ... */
      readonly rcode: string;
      /** The name that was answered. */
      readonly name: string;
      /** Addresses, or targets. */
      readonly values: readonly string[];
      readonly tookMs: number;
    }
  | { readonly kind: "connected"; readonly address: string; readonly tookMs: number }
  /** An errno's name, or a sentence. */
  | { readonly kind: "failure"; readonly reason: string; readonly tookMs: number };

/** What a server says of itself and of whom it saw. */
export interface ServerReply {
  readonly pod: string;
  readonly node: string;
  readonly client: string;
}

export interface SessionRequest {
  readonly id: number;
  readonly attempt: Attempt;
}

export interface SessionReply {
  readonly id: number;
  readonly outcome: Outcome;
}
