import { freePorts } from "#test/support/ports.ts";

const FIRST = 27_000;

/** Ports for one test, apart from those of the other suites. */
export function ports(count: number): Promise<number[]> {
  return freePorts(count, FIRST);
}
