import type { Message, ResourceRecord } from "#dns/wire/contract.ts";
import { records, toZoneText, zoneText } from "#test/zone-text/zone-text.ts";
import type { Expectation } from "./contract.ts";
import { expand } from "./question.ts";

/** The expectation in the words that `observed` uses. */
export function expected({ rcode = "NOERROR", flags = "aa rd", ...sections }: Expectation): string {
  return [
    `;; QUERY ${rcode} qr ${flags}`.trimEnd(),
    ...section("answer", sections.answer),
    ...section("authority", sections.authority),
    ...section("additional", sections.additional),
  ].join("\n");
}

function section(title: string, text = ""): string[] {
  const lines = records(expand(text).replaceAll("SERIAL", "1")).map(zoneText).sort();
  return lines.length === 0 ? [] : [`;; ${title}`, ...lines];
}

/** A response as text: status and sections, without question and OPT, serials of SOAs settled. */
export function observed({ edns: _, ...message }: Message): string {
  const settled = {
    ...message,
    questions: [],
    answers: message.answers.map(settleSerial),
    authorities: message.authorities.map(settleSerial),
    additionals: message.additionals.map(settleSerial),
  };
  return toZoneText(settled);
}

/** The same without regard to case, which the order of the lines depended on. */
export function inLowerCase(text: string): string {
  const sections = text.toLowerCase().split(/\n(?=;; )/);
  const sorted = sections.map((section) => {
    const [title, ...lines] = section.split("\n");
    return [title, ...lines.sort()].join("\n");
  });
  return sorted.join("\n");
}

/** The response with question, OPT and the codes of its options, for rows that are about them. */
export function observedInFull(message: Message): string {
  const options = message.edns?.options.map(({ code }) => code) ?? [];
  const text = toZoneText({ ...message, answers: message.answers.map(settleSerial) });
  return options.length === 0 ? text : `${text}\n;; options ${options.join(" ")}`;
}

/** A serial is seconds since the epoch in CoreDNS: any positive number is plausible. Zero would not be. */
function settleSerial(record: ResourceRecord): ResourceRecord {
  return record.type === "SOA" && record.serial > 0 ? { ...record, serial: 1 } : record;
}
