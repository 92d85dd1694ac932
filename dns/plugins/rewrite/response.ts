/** Steps over the records of a response. */
import type { Message, ResourceRecord } from "../../wire/contract.ts";
import { foldName } from "../../wire/name.ts";
import type { ResponseStep } from "./contract.ts";
import { isName, type NameChange } from "./name-pattern.ts";

type RecordChange = (record: ResourceRecord) => ResourceRecord;

export function eachRecord(change: RecordChange): ResponseStep {
  return (response: Message) => ({
    ...response,
    answers: response.answers.map(change),
    authorities: response.authorities.map(change),
    additionals: response.additionals.map(change),
  });
}

/** Changes owner names. */
export function ownerStep(change: NameChange): ResponseStep {
  return eachRecord((record) => {
    const name = changed(record.name, change);
    return name === undefined ? record : { ...record, name };
  });
}

/** Changes the name within data: the target of CNAME, DNAME, MX, NS, PTR and SRV, the primary server of SOA. */
export function valueStep(change: NameChange): ResponseStep {
  return eachRecord((record) => {
    if ("target" in record) {
      const target = changed(record.target, change);
      return target === undefined ? record : { ...record, target };
    }
    if (record.type !== "SOA") return record;
    const primary = changed(record.primary, change);
    return primary === undefined ? record : { ...record, primary };
  });
}

/** Undefined for no change, and for one that no message could carry. */
function changed(name: string, change: NameChange): string | undefined {
  const result = change(foldName(name));
  return result !== undefined && isName(result) ? result : undefined;
}

/** Maps a name and the names below it to another. The first is in lower case. */
export function remap(from: string, to: string): NameChange {
  const below = from === "." ? from : `.${from}`;
  return (name) => {
    if (name === from) return to;
    return name.endsWith(below) ? name.slice(0, name.length - from.length) + to : undefined;
  };
}
