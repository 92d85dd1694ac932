/** Expectations in the words of zone files: what tests write instead of record literals. */

import { className, opcodeName, rcodeName, typeName } from "#dns/wire/constants.ts";
import type { Message, ResourceRecord } from "#dns/wire/contract.ts";
import { recordFromText, recordToText } from "#dns/wire/record-text.ts";

/** record("svc1.testns.svc.cluster.local. 5 IN A 10.0.0.1"). Throws an Error that shows the line and what is wrong. */
export function record(line: string): ResourceRecord {
  try {
    return recordFromText(line);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot read "${line.trim()}" as OWNER TTL CLASS TYPE DATA: ${reason}`, {
      cause,
    });
  }
}

/** One record a line; empty lines and `;` comments are passed over. */
export function records(text: string): ResourceRecord[] {
  return text
    .split("\n")
    .filter((line) => !/^\s*(;|$)/.test(line))
    .map(record);
}

/** The canonical line of a record: zoneText(record(line)) is the line with its spelling settled. */
export function zoneText(value: ResourceRecord): string {
  return recordToText(value);
}

/**
 * A message as text to compare: a line of status, OPT if there is one, then each section that holds something under
 * its heading, records sorted since their order carries no meaning. The ID is left out.
 */
export function toZoneText(message: Message): string {
  const lines = [statusLine(message)];
  if (message.edns !== undefined) {
    const { version, udpPayloadBytes, dnssecOk } = message.edns;
    lines.push(`;; edns version ${version} udp ${udpPayloadBytes}${dnssecOk ? " do" : ""}`);
  }
  for (const question of message.questions) {
    lines.push(
      `;; question ${question.name} ${className(question.class)} ${typeName(question.type)}`,
    );
  }
  lines.push(...section("answer", message.answers));
  lines.push(...section("authority", message.authorities));
  lines.push(...section("additional", message.additionals));
  return lines.join("\n");
}

function statusLine({ opcode, rcode, flags }: Message): string {
  const shown = [
    flags.response && "qr",
    flags.authoritative && "aa",
    flags.truncated && "tc",
    flags.recursionDesired && "rd",
    flags.recursionAvailable && "ra",
    flags.authenticData && "ad",
    flags.checkingDisabled && "cd",
  ].filter((word) => word !== false);
  return [`;; ${opcodeName(opcode)} ${rcodeName(rcode)}`, ...shown].join(" ");
}

function section(title: string, values: readonly ResourceRecord[]): string[] {
  if (values.length === 0) return [];
  return [`;; ${title}`, ...values.map(zoneText).sort()];
}
