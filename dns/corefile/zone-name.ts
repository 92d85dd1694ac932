import { canonicalName } from "../wire/name.ts";
import type { Position } from "./contract.ts";
import { CorefileError, type CorefileErrorCode } from "./errors.ts";

/**
 * A zone as a person wrote it in its canonical form: lower case with trailing dot.
 *
 * @throws CorefileError with the code for what is no domain name (RFC 1035 §2.3.4)
 */
export function readZoneName(
  position: Position,
  text: string,
  owner: string,
  code: CorefileErrorCode,
): string {
  try {
    return canonicalName(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorefileError(code, position, `${owner}: ${reason}`, { cause });
  }
}
