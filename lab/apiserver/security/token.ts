/** Service account tokens: JSON Web Tokens (RFC 7519) signed with ES256 (RFC 7518 section 3.4). */
import { type KeyObject, sign, verify } from "node:crypto";
import type { TokenRequest, UserInfo } from "./contract.ts";

export const tokenIssuer = "https://kubernetes.default.svc.cluster.local";

/** Both halves of an EC P-256 key. */
export interface TokenKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const header = encode({ alg: "ES256", typ: "JWT" });

/** `nowSeconds` since the epoch. */
export function signToken(
  { namespace, name, lifetimeSeconds = 3600, audiences = [tokenIssuer], boundTo }: TokenRequest,
  key: TokenKey,
  nowSeconds: number,
): string {
  const claims = encode({
    aud: audiences,
    exp: nowSeconds + lifetimeSeconds,
    iat: nowSeconds,
    iss: tokenIssuer,
    "kubernetes.io": {
      namespace,
      ...(boundTo === undefined
        ? {}
        : { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } }),
      serviceaccount: { name },
    },
    nbf: nowSeconds,
    sub: `system:serviceaccount:${namespace}:${name}`,
  });
  const signature = sign("sha256", Buffer.from(`${header}.${claims}`), {
    key: key.privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${header}.${claims}.${signature.toString("base64url")}`;
}

/** Whose token it is, undefined when it is not ours or not valid at this time. */
export function verifyToken(
  token: string,
  key: TokenKey,
  nowSeconds: number,
): UserInfo | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (head !== header || signature === undefined || rest.length > 0) return undefined;
  const options = { key: key.publicKey, dsaEncoding: "ieee-p1363" } as const;
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify("sha256", signed, options, Buffer.from(signature, "base64url"))) return undefined;
  // The signature proves that these claims are signToken's.
  const { aud, exp, nbf, sub } = JSON.parse(Buffer.from(body, "base64url").toString()) as {
    readonly aud: readonly string[];
    readonly exp: number;
    readonly nbf: number;
    readonly sub: string;
  };
  const isValid = aud.includes(tokenIssuer) && nbf <= nowSeconds && nowSeconds < exp;
  return isValid ? serviceAccountUser(sub) : undefined;
}

function serviceAccountUser(username: string): UserInfo {
  const [, , namespace] = username.split(":");
  return {
    username,
    groups: [
      "system:serviceaccounts",
      `system:serviceaccounts:${namespace}`,
      "system:authenticated",
    ],
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
