/**
 * DNS messages as values (RFC 1035 §4, RFC 6891). Names are absolute presentation text with a trailing dot
 * ("svc1.testns.svc.cluster.local."), special characters escaped as in RFC 1035 §5.1; case is kept.
 */

export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

interface RecordHead {
  /** Owner name. */
  readonly name: string;
  readonly class: number;
  readonly ttlSeconds: number;
}

export interface AddressRecord extends RecordHead {
  readonly type: "A" | "AAAA";
  readonly address: string;
}

/** Record types whose data is one name. */
export interface NameRecord extends RecordHead {
  readonly type: "CNAME" | "NS" | "PTR" | "DNAME";
  readonly target: string;
}

export interface MxRecord extends RecordHead {
  readonly type: "MX";
  readonly preference: number;
  readonly target: string;
}

export interface SrvRecord extends RecordHead {
  readonly type: "SRV";
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface SoaRecord extends RecordHead {
  readonly type: "SOA";
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly minimumSeconds: number;
}

export interface TextRecord extends RecordHead {
  readonly type: "TXT" | "HINFO";
  /** Character strings as latin1 text, one char a byte, each at most 255 bytes. */
  readonly texts: readonly string[];
}

/** Any other type: RDATA as it is (RFC 3597). */
export interface OpaqueRecord extends RecordHead {
  readonly type: "OPAQUE";
  readonly typeCode: number;
  readonly data: Uint8Array;
}

export type ResourceRecord =
  | AddressRecord
  | NameRecord
  | MxRecord
  | SrvRecord
  | SoaRecord
  | TextRecord
  | OpaqueRecord;

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** The OPT pseudo record (RFC 6891 §6.1). The upper rcode bits live in Message.rcode. */
export interface Edns {
  readonly version: number;
  readonly udpPayloadBytes: number;
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

export interface MessageFlags {
  readonly response: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
}

export interface Message {
  readonly id: number;
  readonly opcode: number;
  /** With the EDNS extension bits, so 0..4095. */
  readonly rcode: number;
  readonly flags: MessageFlags;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  /** Without OPT. */
  readonly additionals: readonly ResourceRecord[];
  readonly edns?: Edns;
}
