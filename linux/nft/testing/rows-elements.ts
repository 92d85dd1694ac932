/** Elements: what is done, and what comes of it. */
import type { Element, NamedSet, Operation } from "../contract.ts";
import { type Row, refused } from "./rows-objects.ts";
import { addElements, cidr, deleteElements, interfaceName, key, to, word } from "./words.ts";

const ok = { ok: true };
const make = (set: Omit<NamedSet, "name">, ...more: Operation[]): readonly Operation[] => [
  { kind: "addTable" },
  { kind: "addSet", set: { name: "s", ...set } },
  ...more,
];
const add = (...elements: Element[]): readonly Operation[] => [addElements("s", ...elements)];
const remove = (...elements: Element[]): readonly Operation[] => [deleteElements("s", ...elements)];
const one = (...parts: Parameters<typeof key>): Element => ({ key: key(...parts) });
const count = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const box = (first: Uint8Array, last: Uint8Array): Element => ({ key: first, keyEnd: last });

export const rowsOfElements: readonly Row[] = [
  {
    name: "addresses, sorted, two on a line",
    transactions: [
      make({ key: ["ipv4_addr"] }),
      add(...count(7).map((i) => one(`10.0.${9 - i}.1`))),
    ],
  },
  {
    name: "addresses of the other family, one on a line",
    family: "ip6",
    transactions: [
      make({ key: ["ipv6_addr"] }),
      add(
        ...["fd00::1", "::1", "2001:db8:0:1::", "fe80::1:0:0:1", "::ffff:10.0.0.1"].map((ip) =>
          one(ip),
        ),
      ),
    ],
  },
  {
    name: "ports, marks, classes and protocols, five on a line",
    transactions: [
      make(
        { key: ["inet_service"] },
        { kind: "addSet", set: { name: "marks", key: ["mark"] } },
        { kind: "addSet", set: { name: "classes", key: ["classid"] } },
        { kind: "addSet", set: { name: "protocols", key: ["inet_proto"] } },
      ),
      [
        addElements("s", ...[80, 443, 1, 256, 8080, 65535, 53].map((port) => one(port))),
        addElements(
          "marks",
          ...[1, 0x4000, 0xffffffff, 256, 7, 0].map((mark) => ({ key: word(mark) })),
        ),
        addElements(
          "classes",
          ...[0, 0xffffffff, 0xf0000000, 0xf0000001, 0x10000, 2].map((value) => ({
            key: word(value),
          })),
        ),
        addElements("protocols", ...["tcp", "udp", "sctp", "icmp"].map((name) => one(name))),
      ],
    ],
  },
  {
    name: "names and hardware addresses",
    transactions: [
      make(
        { key: ["ifname"] },
        { kind: "addSet", set: { name: "macs", key: ["ether_addr", "ipv4_addr"] } },
      ),
      [
        addElements(
          "s",
          ...["eth0", "veth12", "lo", "abcdefghijklmno"].map((name) => ({
            key: interfaceName(name),
          })),
        ),
        addElements(
          "macs",
          ...[1, 2, 0xfe].map((last) => one(Uint8Array.of(2, 0, 0, 0, 0, last), "10.0.0.1")),
        ),
      ],
    ],
  },
  {
    name: "an element is added once, and the one at fault is named",
    transactions: [
      make({ key: ["ipv4_addr"] }),
      add(one("10.0.0.1")),
      add(one("10.0.0.2"), one("10.0.0.3"), one("10.0.0.1")),
      add(one("10.0.0.2"), one("10.0.0.2")),
    ],
    results: [ok, ok, refused(0, "EEXIST", 2), refused(0, "EEXIST", 1)],
  },
  {
    name: "an element that is not there cannot be removed",
    transactions: [
      make({ key: ["ipv4_addr"] }),
      add(one("10.0.0.1"), one("10.0.0.2")),
      remove(one("10.0.0.1"), one("10.0.0.9")),
      remove(one("10.0.0.1")),
    ],
    results: [ok, ok, refused(0, "ENOENT", 1), ok],
  },
  {
    name: "a value is changed by removing and adding in one transaction",
    transactions: [
      make({ key: ["ipv4_addr"], data: ["inet_service"] }),
      add({ key: key("10.0.0.1"), data: key(80) }),
      add({ key: key("10.0.0.1"), data: key(81) }),
      [...remove(one("10.0.0.1")), ...add({ key: key("10.0.0.1"), data: key(81) })],
    ],
    results: [ok, ok, refused(0, "EEXIST", 0), ok],
  },
  {
    name: "elements of a set that is not there",
    transactions: [make({ key: ["ipv4_addr"] }), [addElements("nowhere", one("10.0.0.1"))]],
    results: [ok, refused(0, "ENOENT")],
  },
  {
    name: "verdicts: every kind, to chains that are there",
    transactions: [
      make({ key: ["ipv4_addr"], data: "verdict" }, { kind: "addChain", chain: { name: "a" } }),
      add(
        { key: key("10.0.0.1"), data: { kind: "accept" } },
        { key: key("10.0.0.2"), data: { kind: "drop" } },
        { key: key("10.0.0.3"), data: { kind: "return" } },
        { key: key("10.0.0.4"), data: { kind: "continue" } },
        { key: key("10.0.0.5"), data: { kind: "jump", chain: "a" } },
        { key: key("10.0.0.6"), data: to("a") },
      ),
      add({ key: key("10.0.0.7"), data: to("a") }, { key: key("10.0.0.8"), data: to("nowhere") }),
    ],
    results: [ok, ok, refused(0, "ENOENT", 1)],
  },
  {
    name: "concatenations, data of several parts, counters and comments",
    transactions: [
      make({
        key: ["ipv4_addr", "inet_proto", "inet_service", "classid"],
        data: ["ipv4_addr", "inet_service"],
        counter: true,
      }),
      add(
        ...["10.0.0.2", "10.0.0.1"].flatMap((ip) =>
          [80, 443, 1024].flatMap((port) =>
            [0xf0000000, 0xf0000001].map((slot) => ({
              key: key(ip, "tcp", port, word(slot)),
              data: key("10.244.0.1", 8080),
            })),
          ),
        ),
        {
          key: key("10.0.0.9", "udp", 53, word(0)),
          data: key("10.244.0.2", 5353),
          comment: "shop/dns",
        },
      ),
    ],
  },
  {
    name: "more elements than one message holds",
    transactions: [
      make({ key: ["ipv4_addr"], data: ["mark"] }),
      add(...count(3000).map((i) => ({ key: key(`10.1.${i >> 8}.${i & 255}`), data: word(i) }))),
      add(one("10.9.0.0"), ...count(2999).map((i) => one(`10.2.${i >> 8}.${i & 255}`))).map(
        (operation) =>
          operation.kind === "addElements"
            ? {
                ...operation,
                elements: [...operation.elements, one("10.1.3.7")].map((each) => ({
                  ...each,
                  data: word(1),
                })),
              }
            : operation,
      ),
      remove(...count(2999).map((i) => one(`10.1.${i >> 8}.${i & 255}`)), one("10.9.9.9")),
      remove(...count(2990).map((i) => one(`10.1.${i >> 8}.${i & 255}`))),
    ],
    results: [ok, ok, refused(0, "EEXIST", 3000), refused(0, "ENOENT", 2999), ok],
  },
  {
    name: "ranges of addresses: prefixes, others, single ones, side by side, to the last",
    transactions: [
      make({ key: ["ipv4_addr"], interval: true }),
      add(
        cidr("10.0.0.0/8"),
        cidr("11.0.0.0/8"),
        box(key("12.0.0.1"), key("12.0.0.9")),
        one("13.0.0.1"),
        one("13.0.0.2"),
        cidr("224.0.0.0/3"),
        { ...cidr("192.168.0.0/16"), comment: "home" },
      ),
      add(cidr("10.5.0.0/16")),
      add(cidr("8.0.0.0/6")),
      add(cidr("10.0.0.0/8")),
      remove(cidr("11.0.0.0/8"), one("13.0.0.2")),
      remove(cidr("10.5.0.0/16")),
    ],
    results: [
      ok,
      ok,
      refused(0, "EEXIST", 0),
      refused(0, "EEXIST", 0),
      refused(0, "EEXIST", 0),
      ok,
      refused(0, "ENOENT", 0),
    ],
  },
  {
    name: "the element at fault among ranges",
    transactions: [
      make({ key: ["ipv4_addr"], interval: true }),
      add(cidr("10.0.0.0/8"), cidr("12.0.0.0/8")),
      add(cidr("20.0.0.0/8"), cidr("21.0.0.0/8"), cidr("12.0.0.0/8")),
    ],
    results: [ok, ok, refused(0, "EEXIST", 2)],
  },
  {
    name: "all addresses",
    transactions: [
      make({ key: ["ipv4_addr"], interval: true }),
      add(cidr("0.0.0.0/0")),
      remove(cidr("0.0.0.0/0")),
      add(cidr("10.0.0.0/8")),
    ],
  },
  {
    name: "ranges of the other family and of ports",
    family: "ip6",
    transactions: [
      make(
        { key: ["ipv6_addr"], interval: true },
        { kind: "addSet", set: { name: "ports", key: ["inet_service"], interval: true } },
      ),
      [
        addElements(
          "s",
          cidr("fd00::/8"),
          cidr("fe80::/10"),
          box(key("ff00::"), key("ff00::5")),
          cidr("::/8"),
        ),
        addElements("ports", box(key(80), key(90)), one(443), box(key(1024), key(65535))),
      ],
    ],
  },
  {
    name: "ranges in several parts",
    transactions: [
      make({ key: ["ipv4_addr", "inet_proto", "inet_service", "ipv4_addr"], interval: true }),
      add(
        box(
          key("10.0.0.1", "tcp", 80, "198.51.100.0"),
          key("10.0.0.1", "tcp", 80, "198.51.100.255"),
        ),
        box(key("10.0.0.1", "tcp", 80, "203.0.113.1"), key("10.0.0.1", "tcp", 80, "203.0.113.9")),
        box(
          key("10.0.0.0", "tcp", 8000, "0.0.0.0"),
          key("10.0.0.255", "tcp", 8999, "255.255.255.255"),
        ),
        one("10.0.0.2", "udp", 53, "203.0.113.7"),
      ),
      add(
        box(
          key("10.0.0.1", "tcp", 80, "198.51.100.0"),
          key("10.0.0.1", "tcp", 80, "198.51.100.255"),
        ),
      ),
      add(one("10.0.0.1", "tcp", 80, "198.51.100.7")),
      remove(one("10.0.0.2", "udp", 53, "203.0.113.7")),
      remove(one("10.0.0.2", "udp", 53, "203.0.113.7")),
    ],
    results: [
      ok,
      ok,
      refused(0, "EEXIST", 0),
      refused(0, "EEXIST", 0),
      ok,
      refused(0, "ENOENT", 0),
    ],
  },
  {
    name: "time-outs: the set's, an element's own, and none where the set knows none",
    transactions: [
      make({ key: ["ipv4_addr"], timeout: { defaultMs: 3_600_000 } }),
      add({ key: key("10.0.0.1"), timeoutMs: 90_000 }, one("10.0.0.2")),
      [
        { kind: "addSet", set: { name: "t", key: ["ipv4_addr"], timeout: {} } },
        addElements(
          "t",
          { key: key("10.0.0.1"), timeoutMs: 5400_000, comment: "c" },
          one("10.0.0.2"),
        ),
      ],
      [
        { kind: "addSet", set: { name: "u", key: ["ipv4_addr"] } },
        addElements("u", { key: key("10.0.0.1"), timeoutMs: 1000 }),
      ],
    ],
    results: [ok, ok, ok, refused(1, "EINVAL", 0)],
  },
  {
    name: "a full set",
    transactions: [
      make({ key: ["ipv4_addr"], size: 2 }),
      add(one("10.0.0.1"), one("10.0.0.2"), one("10.0.0.3")),
      add(one("10.0.0.1"), one("10.0.0.2")),
    ],
    results: [ok, refused(0, "ENFILE", 2), ok],
  },
  {
    name: "what no set holds is found before",
    transactions: [
      make({ key: ["ipv4_addr", "inet_service"] }),
      add(one("10.0.0.1")),
      add({ key: key("10.0.0.1", 80), data: word(1) }),
    ],
    results: [
      ok,
      "element 0a000001 of s: its key has 4 bytes, where the set's have 8",
      "element 0a00000100500000 of s: it has data bytes, where the set's have none",
    ],
  },
];
