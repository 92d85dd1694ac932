/** Packets that rules with `log group N` hand over. */

export interface LoggedPacket {
  /** What the rule's `log prefix` says. */
  readonly prefix: string;
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  readonly mark: number;
  /** Link it came in by and leaves by; undefined where there is none (yet). */
  readonly inLinkIndex: number | undefined;
  readonly outLinkIndex: number | undefined;
  /** The addresses, where as much was copied as they take and it is IP. */
  readonly header: IpHeader | undefined;
}

export interface IpHeader {
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  /** 6 TCP, 17 UDP, ... */
  readonly protocol: number;
  /** Undefined for protocols without ports, and fragments but the first. */
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
}
