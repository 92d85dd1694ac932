import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { FairleadError } from "#observe/errors.ts";
import type { IpFamily } from "../kinds/types.ts";

/** A /108 in IPv6 has as many addresses as kube-apiserver keeps track of: 2^20. Larger ranges are used from their start. */
const maxSize = 2 ** 20;

/** The addresses that ClusterIPs are taken from. Pure: which are in use is the caller's knowledge. */
export class AddressRange {
  readonly family: IpFamily;
  readonly #cidr: string;
  readonly #network: readonly number[];
  readonly #size: number;
  #next: number;

  /** @throws FairleadError FL-A001 when it is no CIDR or holds fewer than 8 addresses */
  constructor(cidr: string, what = "service CIDR") {
    const [address, bits = ""] = cidr.split("/");
    const isV4 = isIPv4(address);
    const free = (isV4 ? 32 : 128) - Number(bits);
    if (!(isV4 || isIPv6(address)) || !/^\d{1,3}$/.test(bits) || free < 3) {
      throw new FairleadError(
        "FL-A001",
        `${what} '${cidr}' is no range of at least 8 addresses, e.g. 10.96.0.0/12`,
      );
    }
    this.family = isV4 ? "IPv4" : "IPv6";
    this.#cidr = cidr;
    this.#network = masked(ipaddr.parse(address).toByteArray(), Number(bits));
    this.#size = Math.min(2 ** free, maxSize);
    this.#next = this.#staticBand;
  }

  /** The range as it was given. */
  toString(): string {
    return this.#cidr;
  }

  contains(address: string): boolean {
    const bits = Number(this.#cidr.split("/")[1]);
    const bytes = ipaddr.parse(address).toByteArray();
    return (
      bytes.length === this.#network.length &&
      masked(bytes, bits).every((byte, at) => byte === this.#network[at])
    );
  }

  /** The address that many behind the network's own. */
  at(offset: number): string {
    const bytes = [...this.#network];
    for (let index = bytes.length - 1, rest = offset; rest > 0; index -= 1) {
      const sum = bytes[index] + (rest % 256);
      bytes[index] = sum % 256;
      rest = Math.floor(rest / 256) + (sum > 255 ? 1 : 0);
    }
    return ipaddr.fromByteArray(bytes).toString();
  }

  /**
   * The next free address, walking round the range so that one just given back is not reused at once. The low band
   * stays for addresses that are asked for by number, until the rest is full.
   */
  nextFree(isUsed: (address: string) => boolean): string | undefined {
    const last = this.#size - (this.family === "IPv4" ? 2 : 1);
    const above =
      this.#search(this.#next, last, isUsed) ??
      this.#search(this.#staticBand, this.#next - 1, isUsed);
    const found = above ?? this.#search(1, this.#staticBand - 1, isUsed);
    if (found === undefined) return undefined;
    if (found >= this.#staticBand) this.#next = found === last ? this.#staticBand : found + 1;
    return this.at(found);
  }

  /** KEP-3070: between 16 and 256 addresses, a sixteenth of the range; none of a tiny one. */
  get #staticBand(): number {
    return this.#size < 32 ? 1 : Math.min(Math.max(16, Math.floor(this.#size / 16)), 256);
  }

  #search(from: number, to: number, isUsed: (address: string) => boolean): number | undefined {
    for (let offset = from; offset <= to; offset += 1) {
      if (!isUsed(this.at(offset))) return offset;
    }
    return undefined;
  }
}

/** One text for every way to write the same address. */
export function canonicalAddress(address: string): string {
  return ipaddr.parse(address).toString();
}

function masked(bytes: readonly number[], bits: number): number[] {
  return bytes.map(
    (byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff,
  );
}
