/** What the conformance suite is made of: a table of cases, and servers under test. */
import type { ConfigName } from "./corefile.ts";

/**
 * What a response has to hold. Sections are zone text with two abbreviations: `@` is `cluster.local.` and `$` is
 * `testns.svc.cluster.local.`. Order within a section carries no meaning. A SERIAL in an SOA stands for any plausible one.
 */
export interface Expectation {
  /** Default NOERROR. */
  readonly rcode?: string;
  /** Flags beside qr, in the order aa tc rd ra ad cd. Default "aa rd". */
  readonly flags?: string;
  readonly answer?: string;
  readonly authority?: string;
  readonly additional?: string;
}

export interface Difference extends Expectation {
  /** Why Fairlead differs, with the RFC where there is one; docs/differences-from-coredns.md lists these. */
  readonly why: string;
  /** CoreDNS answers so only where the question is not in lower case. */
  readonly inMixedCase?: true;
}

/** One row: a question, and what every transport answers to it, with and without EDNS and whatever the case asked. */
export interface Case extends Expectation {
  /** Stable name of the row; the table is searched and discussed by it. */
  readonly row: string;
  /** NAME TYPE, or NAME CLASS TYPE, with the same abbreviations. */
  readonly ask: string;
  /** Default "plain". */
  readonly config?: ConfigName;
  /** Header flags of the query beside rd: "cd", "ad", or "-rd" for none. */
  readonly askFlags?: string;
  /** The case matters: names in the response are compared as they are, and the question is asked only as written. */
  readonly exactCase?: boolean;
  /** What is missing before the row can be asked; it is skipped by name until then. */
  readonly later?: string;
  /** What CoreDNS answers where Fairlead differs on purpose. */
  readonly coredns?: Difference;
}

/** A running server with a listener for each config. */
export interface ServerUnderTest {
  readonly host: string;
  port(config: ConfigName): number;
  stop(): Promise<void>;
}
