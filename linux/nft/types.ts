import type { DataType } from "./contract.ts";

/** Types of values that rules compare; DataType names those that set keys and data can have. */
export type ValueType =
  | DataType
  | "nf_proto"
  | "ether_type"
  | "ct_state"
  | "ct_status"
  | "ct_dir"
  | "fib_addrtype"
  | "boolean"
  | "uid"
  | "iface_index"
  | "icmp_type"
  | "icmpv6_type";

export interface TypeFacts {
  /** nft's own number of the type, by which its listing knows how to write a set's elements. */
  readonly number: number;
  readonly lengthBytes: number;
  /** Order of the bytes, and with it how nft sorts elements in a listing. */
  readonly order: "network" | "host";
}

/** The types by nft's name (`enum datatypes` in its datatype.h; the numbers are part of what nft reads back). */
export const typeFacts: Readonly<Record<ValueType, TypeFacts>> = {
  nf_proto: { number: 2, lengthBytes: 1, order: "host" },
  ipv4_addr: { number: 7, lengthBytes: 4, order: "network" },
  ipv6_addr: { number: 8, lengthBytes: 16, order: "network" },
  ether_addr: { number: 9, lengthBytes: 6, order: "host" },
  ether_type: { number: 10, lengthBytes: 2, order: "network" },
  inet_proto: { number: 12, lengthBytes: 1, order: "network" },
  inet_service: { number: 13, lengthBytes: 2, order: "network" },
  mark: { number: 19, lengthBytes: 4, order: "host" },
  iface_index: { number: 20, lengthBytes: 4, order: "host" },
  classid: { number: 23, lengthBytes: 4, order: "host" },
  uid: { number: 24, lengthBytes: 4, order: "host" },
  ct_state: { number: 26, lengthBytes: 4, order: "host" },
  ct_dir: { number: 27, lengthBytes: 1, order: "host" },
  ct_status: { number: 28, lengthBytes: 4, order: "host" },
  icmpv6_type: { number: 29, lengthBytes: 1, order: "network" },
  icmp_type: { number: 14, lengthBytes: 1, order: "network" },
  fib_addrtype: { number: 38, lengthBytes: 4, order: "host" },
  boolean: { number: 39, lengthBytes: 1, order: "host" },
  ifname: { number: 41, lengthBytes: 16, order: "host" },
};

/** The types that a set can have, by number, for reading them back. */
const typeByNumber: ReadonlyMap<number, DataType> = new Map(
  (
    [
      "ipv4_addr",
      "ipv6_addr",
      "ether_addr",
      "inet_proto",
      "inet_service",
      "mark",
      "ifname",
      "classid",
    ] as const
  ).map((type) => [typeFacts[type].number, type]),
);

const bitsPerType = 6;

/** The number of a concatenation: six bits a part, the first part uppermost. */
export function concatenatedNumber(parts: readonly DataType[]): number {
  return parts.reduce((number, part) => (number << bitsPerType) | typeFacts[part].number, 0);
}

/** The parts of a concatenation's number; undefined where one is of a type that DataType does not name. */
export function partsOfNumber(number: number): readonly DataType[] | undefined {
  const parts: DataType[] = [];
  for (let left = number; left !== 0; left >>>= bitsPerType) {
    const part = typeByNumber.get(left & ((1 << bitsPerType) - 1));
    if (part === undefined) return undefined;
    parts.unshift(part);
  }
  return parts;
}

/** Bytes of a part within a key: registers have 4. */
export function paddedBytes(type: ValueType): number {
  return (typeFacts[type].lengthBytes + 3) & ~3;
}

/** Bytes of parts as the contract has them, each padded. */
export function paddedLength(parts: readonly DataType[]): number {
  return parts.reduce((sum, part) => sum + paddedBytes(part), 0);
}

/** Bytes of a key or data as the kernel has it: a single part is not padded. */
export function kernelLength(parts: readonly DataType[]): number {
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? typeFacts[only].lengthBytes
    : paddedLength(parts);
}
