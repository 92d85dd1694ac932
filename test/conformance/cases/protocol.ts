import type { Edns, Message } from "#dns/wire/contract.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { queryOf, questionOf } from "../question.ts";

/** A message as bytes and what comes back, as one text: status, OPT, question and sections; undefined for silence. */
export interface ProtocolCase {
  readonly row: string;
  readonly send: Uint8Array;
  readonly expect: string | undefined;
  readonly coredns?: { readonly expect: string | undefined; readonly why: string };
}

const question = questionOf({ row: "protocol", ask: "svc1.$ A" });
const asked = ";; question svc1.$ IN A";
const answered = `${asked}\n;; answer\nsvc1.$ 5 IN A 10.0.0.100`;
const positive = `;; QUERY NOERROR qr aa rd\n${answered}`;
const withOpt = (opt: string): string => positive.replace(asked, `;; edns ${opt}\n${asked}`);

function query(change: Partial<Message> = {}): Uint8Array {
  return encodeMessage({ ...queryOf({ row: "protocol", ask: "" }, question), ...change });
}

function edns(change: Partial<Edns> = {}): { readonly edns: Edns } {
  return { edns: { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [], ...change } };
}

/** The bytes with one of them, or a range, replaced. */
function patched(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, offset);
  return copy;
}

const aRecord = {
  type: "A",
  name: question.name,
  class: 1,
  ttlSeconds: 1,
  address: "1.1.1.1",
} as const;
const optBytes = (bytes: Uint8Array): Uint8Array => bytes.subarray(-11);
const one = query(edns());
const option = (code: number, sizeBytes: number) => ({ code, data: new Uint8Array(sizeBytes) });
const headerOnly = (opcode: string, rcode: string): string => `;; ${opcode} ${rcode} qr rd`;

const badVersion = {
  expect: `;; QUERY BADVERS qr rd\n;; edns version 0 udp 0\n${asked}`,
  why: "a refused version gets the OPT of any other answer: DO is copied (RFC 3225 §3)",
} as const;

/** Options that CoreDNS hands back as they came, each with the size of a plausible one. */
const echoedOptions = [
  { name: "NSID", code: 3, sizeBytes: 0, rfc: "RFC 5001 §2.1" },
  { name: "COOKIE", code: 10, sizeBytes: 8, rfc: "RFC 7873 §5.2.1" },
  { name: "PADDING", code: 12, sizeBytes: 5, rfc: "RFC 7830 §4" },
] as const;

/** What is checked on the header and OPT, whatever the names. */
export const protocolCases: readonly ProtocolCase[] = [
  { row: "no OPT unless asked", send: query(), expect: positive },
  {
    row: "OPT is answered with the client's size",
    send: one,
    expect: withOpt("version 0 udp 1232"),
  },
  {
    row: "a size below 512",
    send: query(edns({ udpPayloadBytes: 0 })),
    expect: withOpt("version 0 udp 0"),
  },
  {
    row: "the largest size",
    send: query(edns({ udpPayloadBytes: 65_535 })),
    expect: withOpt("version 0 udp 65535"),
  },
  {
    row: "DO is echoed",
    send: query(edns({ dnssecOk: true })),
    expect: withOpt("version 0 udp 1232 do"),
  },
  {
    row: "an unknown option is left out",
    send: query(edns({ options: [option(65_001, 2)] })),
    expect: withOpt("version 0 udp 1232"),
  },
  ...echoedOptions.map(({ name, code, sizeBytes, rfc }) => ({
    row: `option ${name}`,
    send: query(edns({ options: [option(code, sizeBytes)] })),
    expect: withOpt("version 0 udp 1232"),
    coredns: {
      expect: `${withOpt("version 0 udp 1232")}\n;; options ${code}`,
      why: `a server that does not implement an option leaves it out; its echo says nothing (${rfc})`,
    },
  })),
  {
    row: "client subnet is left out",
    send: query(edns({ options: [{ code: 8, data: Uint8Array.of(0, 1, 24, 0, 10, 0, 0) }] })),
    expect: withOpt("version 0 udp 1232"),
  },
  {
    row: "94",
    send: query(edns({ version: 1 })),
    expect: `;; QUERY BADVERS qr rd\n;; edns version 0 udp 1232\n${asked}`,
    coredns: badVersion,
  },
  {
    row: "94 with DO",
    send: query(edns({ version: 1, dnssecOk: true })),
    expect: `;; QUERY BADVERS qr rd\n;; edns version 0 udp 1232 do\n${asked}`,
    coredns: badVersion,
  },
  { row: "a response is never answered", send: patched(query(), 2, 0x81), expect: undefined },
  {
    row: "AA, TC and RA in a query mean nothing",
    send: patched(query(), 2, 0x07, 0x80),
    expect: positive,
  },
  { row: "the Z bit means nothing", send: patched(query(), 3, 0x40), expect: positive },
  ...[
    [1, "IQUERY"],
    [2, "STATUS"],
    [3, "OPCODE3"],
    [5, "UPDATE"],
    [6, "DSO"],
    [15, "OPCODE15"],
  ].map(([opcode, name]) => ({
    row: `opcode ${name}`,
    send: query({ opcode: Number(opcode) }),
    expect: headerOnly(String(name), "NOTIMP"),
  })),
  {
    row: "opcode NOTIFY",
    send: query({ opcode: 4 }),
    expect: headerOnly("NOTIFY", "NOTIMP"),
    coredns: {
      expect: `;; NOTIFY NOERROR qr aa\n${answered}`,
      why: "a server without secondary zones has no use for a NOTIFY (RFC 1996 §3)",
    },
  },
  { row: "no question", send: query({ questions: [] }), expect: headerOnly("QUERY", "FORMERR") },
  {
    row: "no question, with OPT",
    send: query({ questions: [], ...edns() }),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  {
    row: "two questions",
    send: query({ questions: [question, question] }),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  { row: "one record as answer", send: query({ answers: [aRecord] }), expect: positive },
  {
    row: "two records as answer",
    send: query({ answers: [aRecord, aRecord] }),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  { row: "one record as authority", send: query({ authorities: [aRecord] }), expect: positive },
  {
    row: "two records as authority",
    send: query({ authorities: [aRecord, aRecord] }),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  {
    row: "two additional records",
    send: query({ additionals: [aRecord, aRecord] }),
    expect: positive,
  },
  {
    row: "three additional records",
    send: query({ additionals: [aRecord, aRecord, aRecord] }),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  {
    row: "OPT twice",
    send: patched(Buffer.concat([one, optBytes(one)]), 11, 2),
    expect: headerOnly("QUERY", "FORMERR"),
    coredns: {
      expect: withOpt("version 0 udp 1232"),
      why: "a second OPT is a format error (RFC 6891 §6.1.1)",
    },
  },
  {
    row: "bytes behind the message",
    send: Buffer.concat([query(), Buffer.from("junk")]),
    expect: positive,
  },
  {
    row: "a question that ends early",
    send: query().subarray(0, 20),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  {
    row: "a header that promises a question",
    send: query().subarray(0, 12),
    expect: headerOnly("QUERY", "FORMERR"),
    coredns: {
      expect: headerOnly("QUERY", "SERVFAIL"),
      why: "it is the message that is wrong, not the server",
    },
  },
  {
    row: "a header that promises an additional record",
    send: patched(query(), 11, 1),
    expect: headerOnly("QUERY", "FORMERR"),
    coredns: {
      expect: positive,
      why: "a record that is announced and missing is a format error (RFC 1035 §4.1.1)",
    },
  },
  { row: "less than a header", send: query().subarray(0, 11), expect: undefined },
  {
    row: "a name that points at itself",
    send: Buffer.from("126701000001000000000000c00c00010001", "hex"),
    expect: headerOnly("QUERY", "FORMERR"),
  },
  {
    row: "a label type from the future",
    send: Buffer.from("1267010000010000000000004161000000010001", "hex"),
    expect: headerOnly("QUERY", "FORMERR"),
  },
];
