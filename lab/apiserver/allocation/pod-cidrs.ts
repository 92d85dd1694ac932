import { isIPv6 } from "node:net";
import { FairleadError } from "#observe/errors.ts";
import type { NodeObject } from "../kinds/types.ts";
import type { Collection } from "../store/collection.ts";
import { AddressRange } from "./address-range.ts";

/** Hands each Node its share of the pods' CIDRs. It follows the Nodes inside each commit, so it never lags. */
export class PodCidrAllocator {
  readonly #ranges: readonly Shares[];
  readonly #taken = new Set<string>();

  /** @throws FairleadError FL-A001 for a CIDR that is none, and for a mask that leaves it no shares */
  constructor(nodes: Collection, cidrs: readonly string[], ipv4Mask: number) {
    this.#ranges = cidrs.map((cidr) => new Shares(cidr, ipv4Mask));
    nodes.observe(({ type, before, after }) => {
      for (const cidr of cidrsOf(before?.object as NodeObject | undefined))
        this.#taken.delete(cidr);
      if (type === "DELETED") return;
      for (const cidr of cidrsOf(after.object as NodeObject)) this.#taken.add(cidr);
    });
  }

  /** A free share of every CIDR, or undefined when one of them has none left. */
  next(): readonly string[] | undefined {
    const found = this.#ranges.flatMap((range) => range.next(this.#taken) ?? []);
    return found.length === this.#ranges.length ? found : undefined;
  }
}

function cidrsOf(node: NodeObject | undefined): readonly string[] {
  return node?.spec.podCIDRs ?? [];
}

class Shares {
  readonly #range: AddressRange;
  readonly #mask: number;
  readonly #count: number;
  readonly #step: number;

  constructor(cidr: string, ipv4Mask: number) {
    this.#range = new AddressRange(cidr, "pod CIDR");
    const [address, length] = cidr.split("/");
    const prefix = Number(length);
    const bits = isIPv6(address) ? 128 : 32;
    this.#mask = isIPv6(address) ? Math.max(64, prefix + 8) : ipv4Mask;
    if (!(this.#mask >= prefix && this.#mask <= bits)) {
      throw new FairleadError(
        "FL-A001",
        `node CIDR mask ${ipv4Mask} leaves no shares of pod CIDR '${cidr}': give one from ${prefix} to ${bits}`,
      );
    }
    this.#count = 2 ** (this.#mask - prefix);
    // A power of two, exact however large.
    this.#step = 2 ** (bits - this.#mask);
  }

  next(taken: ReadonlySet<string>): string | undefined {
    for (let index = 0; index < this.#count; index += 1) {
      const share = `${this.#range.at(index * this.#step)}/${this.#mask}`;
      if (!taken.has(share)) return share;
    }
    return undefined;
  }
}
