import { Opcode, RecordClass } from "./constants.ts";
import type { Message } from "./contract.ts";

/** A query as a stub resolver sends it (RFC 1035 §4.1.1): one question, recursion desired, without EDNS. */
export function queryMessage(id: number, name: string, type: number): Message {
  return {
    id,
    opcode: Opcode.QUERY,
    rcode: 0,
    flags: {
      response: false,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
    },
    questions: [{ name, type, class: RecordClass.IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
}
