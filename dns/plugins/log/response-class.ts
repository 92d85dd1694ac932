import { Opcode, Rcode, RecordType } from "../../wire/constants.ts";
import type { Message } from "../../wire/contract.ts";

export type ResponseClass = "success" | "denial" | "error";

/**
 * What a response says: a positive answer or a delegation, that something does not exist (NXDOMAIN, or NODATA known
 * by the SOA: RFC 2308 §2), or anything else, transfers and updates included.
 */
export function responseClass(response: Message): ResponseClass {
  if (response.opcode === Opcode.UPDATE || response.opcode === Opcode.NOTIFY) return "error";
  const type = response.questions[0]?.type;
  if (type === RecordType.AXFR || type === RecordType.IXFR) return "error";
  if (response.answers.length > 0) return response.rcode === Rcode.NOERROR ? "success" : "error";
  if (response.rcode === Rcode.NXDOMAIN) return "denial";
  if (response.rcode !== Rcode.NOERROR) return "error";
  return response.authorities.some((record) => record.type === "SOA") ? "denial" : "success";
}
