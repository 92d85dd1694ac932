import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from "node:crypto";
import { FairleadError } from "#observe/errors.ts";
import type { Sources } from "../contract.ts";
import { type CertificateRequest, type Issuer, signCertificate } from "./certificate.ts";
import type { Authority, KeyPair, TokenRequest, UserInfo } from "./contract.ts";
import { signToken, type TokenKey, verifyToken } from "./token.ts";

/** What outlives a restart: with it, certificates and tokens issued before stay good. PEM. */
export interface AuthoritySecrets {
  readonly ca: KeyPair;
  readonly tokenKey: string;
}

const dayMs = 86_400_000;
const authorityLifetimeMs = 3650 * dayMs;
const leafLifetimeMs = 365 * dayMs;
/** Certificates are valid from a little before now, for clients whose clocks are behind. */
const clockSkewMs = 300_000;
const caName = { commonName: "fairlead-ca" };

/** The secrets of a new cluster. `nowMs` since the epoch. */
export function createSecrets(nowMs = Date.now()): AuthoritySecrets {
  const keys = generateKey();
  const certificate = signCertificate(
    {
      subject: caName,
      publicKey: keys.publicKey,
      purpose: { for: "authority" },
      notBefore: nowMs - clockSkewMs,
      notAfter: nowMs + authorityLifetimeMs,
    },
    { name: caName, key: keys.privateKey, publicKey: keys.publicKey },
  );
  return {
    ca: { certificate, key: toPem(keys) },
    tokenKey: toPem(generateKey()),
  };
}

/**
 * The authority that the secrets make.
 * @throws FairleadError FL-A001 when they are no keys, do not belong together, or the certificate has expired
 */
export function createAuthority(
  secrets: AuthoritySecrets = createSecrets(),
  now: Sources["now"] = Date.now,
): Authority {
  return new SigningAuthority(secrets, now);
}

class SigningAuthority implements Authority {
  readonly caCertificate: string;
  readonly #issuer: Issuer;
  readonly #tokenKey: TokenKey;
  readonly #now: Sources["now"];

  constructor({ ca, tokenKey }: AuthoritySecrets, now: Sources["now"]) {
    this.caCertificate = ca.certificate;
    this.#now = now;
    try {
      const key = createPrivateKey(ca.key);
      this.#issuer = { name: caName, key, publicKey: createPublicKey(key) };
      const privateKey = createPrivateKey(tokenKey);
      this.#tokenKey = { privateKey, publicKey: createPublicKey(privateKey) };
      checkAuthority(new X509Certificate(ca.certificate), this.#issuer, now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new FairleadError("FL-A001", `the certificate authority cannot be used: ${why}`, {
        cause: error,
      });
    }
  }

  issueServer(hosts: readonly string[]): KeyPair {
    const subject = { commonName: "kube-apiserver" };
    return this.#issue({ subject, purpose: { for: "server", hosts } });
  }

  issueClient({ username, groups }: UserInfo): KeyPair {
    const subject = { commonName: username, organizations: groups };
    return this.#issue({ subject, purpose: { for: "client" } });
  }

  issueToken(request: TokenRequest): string {
    return signToken(request, this.#tokenKey, this.#nowSeconds);
  }

  userOfToken(token: string): UserInfo | undefined {
    return verifyToken(token, this.#tokenKey, this.#nowSeconds);
  }

  get #nowSeconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #issue(what: Pick<CertificateRequest, "subject" | "purpose">): KeyPair {
    const keys = generateKey();
    // TLS compares with the machine's clock, whatever clock the objects of this server live by.
    const nowMs = Date.now();
    const request = {
      ...what,
      publicKey: keys.publicKey,
      notBefore: nowMs - clockSkewMs,
      notAfter: nowMs + leafLifetimeMs,
    };
    return { certificate: signCertificate(request, this.#issuer), key: toPem(keys) };
  }
}

function generateKey(): TokenKey {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function toPem({ privateKey }: TokenKey): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function checkAuthority(certificate: X509Certificate, { key }: Issuer, nowMs: number): void {
  if (!certificate.checkPrivateKey(key)) throw new Error("ca.key is not the key of ca.crt");
  if (Date.parse(certificate.validTo) < nowMs)
    throw new Error(`ca.crt expired at ${certificate.validTo}`);
}
