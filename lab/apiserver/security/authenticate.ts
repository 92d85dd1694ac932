import { StatusError } from "../status.ts";
import type { Authority, UserInfo } from "./contract.ts";

/** What a request brings along to prove who asks. */
export interface Proof {
  /** The user of a client certificate that the authority has signed. */
  readonly certificateUser: UserInfo | undefined;
  header(name: string): string | undefined;
}

/**
 * Who asks: the client certificate says, or else the bearer token (RFC 6750 section 2.1).
 * @throws StatusError 401 when neither does
 */
export function authenticate(proof: Proof, authority: Authority): UserInfo {
  if (proof.certificateUser !== undefined) return proof.certificateUser;
  const token = /^bearer +(\S+)$/i.exec(proof.header("authorization") ?? "")?.[1];
  const user = token === undefined ? undefined : authority.userOfToken(token);
  if (user === undefined) throw new StatusError(401, "Unauthorized", "Unauthorized");
  return user;
}
