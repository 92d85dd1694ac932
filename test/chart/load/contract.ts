/** What a client saw that asks in an open loop: queries go out when they are due, whatever became of those before. */
export interface LoadReport {
  readonly asked: number;
  /** Answered at the first try. */
  readonly first: number;
  /** Answered at the second try, after a time-out. */
  readonly second: number;
  /** Answered at neither. */
  readonly lost: number;
  /** Answers that were none: another rcode than NOERROR, or no record. */
  readonly wrong: number;
  /** Of first tries that were answered, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How late the client itself was at worst: above a few milliseconds it, and not the server, is what is measured. */
  readonly behindMs: number;
}
