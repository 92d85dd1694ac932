import type { Message, ResourceRecord } from "../../wire/contract.ts";

/** An integer from 0 up to, but without, the bound. */
export type RandomBelow = (bound: number) => number;

/** A copy of the message with addresses and MX records in random order, in each section. */
export function shuffleMessage(message: Message, randomBelow: RandomBelow): Message {
  return {
    ...message,
    answers: shuffleSection(message.answers, randomBelow),
    authorities: shuffleSection(message.authorities, randomBelow),
    additionals: shuffleSection(message.additionals, randomBelow),
  };
}

/** CNAME records first, since old stub resolvers follow them in order; then what keeps its order, addresses and MX. */
function shuffleSection(
  records: readonly ResourceRecord[],
  randomBelow: RandomBelow,
): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const aliases: ResourceRecord[] = [];
  const others: ResourceRecord[] = [];
  const addresses: ResourceRecord[] = [];
  const exchanges: ResourceRecord[] = [];
  for (const record of records) {
    if (record.type === "CNAME") aliases.push(record);
    else if (record.type === "A" || record.type === "AAAA") addresses.push(record);
    else if (record.type === "MX") exchanges.push(record);
    else others.push(record);
  }
  return [
    ...aliases,
    ...others,
    ...shuffle(addresses, randomBelow),
    ...shuffle(exchanges, randomBelow),
  ];
}

/** Fisher and Yates: every order is equally likely. */
function shuffle(records: ResourceRecord[], randomBelow: RandomBelow): ResourceRecord[] {
  const left = [...records];
  const out: ResourceRecord[] = [];
  while (left.length > 0) out.push(...left.splice(randomBelow(left.length), 1));
  return out;
}
