import { describe, expect, test } from "vitest";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { cases } from "./cases/index.ts";
import { type ProtocolCase, protocolCases } from "./cases/protocol.ts";
import { type TruncationCase, truncationCases } from "./cases/truncation.ts";
import { type Destination, exchangeTcp, exchangeUdp } from "./client.ts";
import type { Case, Expectation, ServerUnderTest } from "./contract.ts";
import type { ConfigName } from "./corefile.ts";
import { expected, inLowerCase, observed, observedInFull } from "./expectation.ts";
import { crowdAddresses } from "./fixture.ts";
import { expand, mixCase, queryOf, questionOf } from "./question.ts";

export interface Subject {
  /** Asked at each test: the server is started in a beforeAll. */
  readonly server: () => ServerUnderTest;
  readonly over: "udp" | "tcp";
  /** Rows that Fairlead answers otherwise on purpose hold CoreDNS's answer too. */
  readonly as: "fairlead" | "coredns";
}

/** The whole table against one server over one transport. */
export function conformanceSuite(subject: Subject): void {
  describe("names", () => {
    for (const row of cases) namedRow(subject, row);
  });
  fallthroughReachesTheNext(subject);
  describe("messages", () => {
    for (const row of protocolCases) messageRow(subject, row);
  });
  describe("answers too large for a datagram", () => {
    test.each(truncationCases)("$type, EDNS $ednsBytes", (row) => truncationRow(subject, row));
  });
}

const optOf1232 = { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [] } as const;

function namedRow(subject: Subject, row: Case): void {
  test(`${row.row}: ${row.ask}`, async (context) => {
    if (row.later !== undefined) context.skip(row.later);
    for (const edns of [undefined, optOf1232]) {
      const written = await ask(subject, row, edns, (name) => name);
      expect(observed(written)).toBe(expected(wantedOf(subject, row, row.exactCase === true)));
      if (row.exactCase === true) continue;
      const mixed = await ask(subject, row, edns, mixCase);
      const wanted = expected(wantedOf(subject, row, true));
      expect(inLowerCase(observed(mixed))).toBe(inLowerCase(wanted));
    }
  });
}

/** What the subject is to answer to the row as written, or in mixed case. */
function wantedOf({ as }: Subject, row: Case, isMixed: boolean): Expectation {
  if (as === "fairlead" || row.coredns === undefined) return row;
  return row.coredns.inMixedCase === true && !isMixed ? row : row.coredns;
}

/** Asks a row's question and checks what holds for every response: ID, question, OPT, the case of owner names. */
async function ask(
  subject: Subject,
  row: Case,
  edns: Message["edns"],
  spell: (name: string) => string,
): Promise<Message> {
  const asked = questionOf(row);
  const question = { ...asked, name: spell(asked.name) };
  const query = queryOf(row, question, edns);
  const bytes = await send(subject, encodeMessage(query), row.config);
  if (bytes === undefined) throw new Error("no answer");
  const response = decodeMessage(bytes);
  expect(response.id).toBe(query.id);
  expect(response.questions).toEqual([question]);
  expect(response.edns).toEqual(edns);
  for (const { name } of response.answers)
    if (name.toLowerCase() === question.name.toLowerCase()) expect(name).toBe(question.name);
  return response;
}

/** whoami answers with the client's port, so this is no row of a table. */
function fallthroughReachesTheNext(subject: Subject): void {
  const rows: readonly Case[] = [
    { row: "a missing name", config: "fallthrough", ask: "svc0.$ A" },
    { row: "75", config: "fallthrough-reverse", ask: "101.0.0.10.in-addr.arpa. PTR" },
  ];
  test.each(rows)("$row: $ask falls through to the next plugin", async (row) => {
    const { rcode, answers, additionals } = await ask(subject, row, undefined, (name) => name);
    expect(rcode).toBe(0);
    expect(answers).toEqual([]);
    expect(additionals).toContainEqual(expect.objectContaining({ address: "127.0.0.1" }));
  });
}

function messageRow(subject: Subject, row: ProtocolCase): void {
  test(row.row, async () => {
    const wanted = subject.as === "coredns" && row.coredns ? row.coredns.expect : row.expect;
    // Silence cannot be told from slowness: a short wait, and the server still answers afterwards.
    const bytes = await send(subject, row.send, "plain", wanted === undefined ? 300 : 2_000);
    const text = bytes === undefined ? undefined : observedInFull(decodeMessage(bytes));
    expect(text).toBe(wanted === undefined ? undefined : expand(wanted));
  });
}

async function truncationRow(subject: Subject, row: TruncationCase): Promise<void> {
  const ask = { row: "crowd", ask: `crowd.$ ${row.type}` };
  const edns =
    row.ednsBytes === undefined ? undefined : { ...optOf1232, udpPayloadBytes: row.ednsBytes };
  const bytes = await send(subject, encodeMessage(queryOf(ask, questionOf(ask), edns)), "plain");
  if (bytes === undefined) throw new Error("no answer");
  const { flags, answers, additionals } = decodeMessage(bytes);
  const whole = { truncated: false, answers: crowdAddresses.length };
  const wanted = subject.over === "tcp" ? whole : row;
  expect(flags.truncated).toBe(wanted.truncated);
  expect(answers).toHaveLength(wanted.answers);
  if (subject.over === "tcp") return;
  expect(additionals).toHaveLength(row.additionals);
  expect(bytes.length).toBeLessThanOrEqual(row.atMostBytes);
}

function send(
  { server, over }: Subject,
  query: Uint8Array,
  config: ConfigName = "plain",
  timeoutMs?: number,
): Promise<Uint8Array | undefined> {
  const to: Destination = { host: server().host, port: server().port(config) };
  return over === "tcp" ? exchangeTcp(to, query, timeoutMs) : exchangeUdp(to, query, timeoutMs);
}
