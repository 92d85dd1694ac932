import type { TLSSocket } from "node:tls";
import type { UserInfo } from "../security/contract.ts";

/**
 * The user that the connection's client certificate names: common name and organizations, as kube-apiserver reads
 * them. Undefined without a certificate and for one that another authority has signed.
 */
export function certificateUser(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  // Node gives a list where an attribute occurs more than once, which its types leave out.
  const subject = socket.getPeerCertificate().subject as
    | Readonly<Record<"CN" | "O", string | readonly string[] | undefined>>
    | undefined;
  const username = [subject?.CN ?? []].flat()[0];
  if (username === undefined) return undefined;
  return { username, groups: [...[subject?.O ?? []].flat(), "system:authenticated"] };
}
