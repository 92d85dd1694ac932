/** X.509 version 3 certificates (RFC 5280) with ECDSA signatures over SHA-256. */
import { createHash, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

/** Kubernetes reads the user from the common name and its groups from the organizations. */
interface DistinguishedName {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

type CertificatePurpose =
  | { readonly for: "authority" }
  | { readonly for: "client" }
  /** DNS names and IP addresses that clients may reach the server by. */
  | { readonly for: "server"; readonly hosts: readonly string[] };

export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly purpose: CertificatePurpose;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Issuer {
  readonly name: DistinguishedName;
  /** An EC private key. */
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

const ecdsaWithSha256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

/** Makes a certificate, PEM. */
export function signCertificate(request: CertificateRequest, issuer: Issuer): string {
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    sequence(time(request.notBefore), time(request.notAfter)),
    distinguishedName(request.subject),
    subjectPublicKeyInfo(request.publicKey),
    explicit(3, sequence(...extensions(request, issuer))),
  );
  const signature = sign("sha256", toBeSigned, issuer.key);
  return new X509Certificate(
    sequence(toBeSigned, ecdsaWithSha256, bitString(signature)),
  ).toString();
}

function distinguishedName({ commonName, organizations = [] }: DistinguishedName): Buffer {
  const attribute = (type: string, value: string) =>
    set(sequence(objectIdentifier(type), utf8String(value)));
  return sequence(
    ...organizations.map((organization) => attribute("2.5.4.10", organization)),
    attribute("2.5.4.3", commonName),
  );
}

function extensions({ purpose, publicKey }: CertificateRequest, issuer: Issuer): Buffer[] {
  const common = [
    extension("2.5.29.14", octetString(keyIdentifier(publicKey))),
    extension("2.5.29.35", sequence(implicit(0, keyIdentifier(issuer.publicKey)))),
  ];
  if (purpose.for === "authority")
    return [
      ...common,
      critical("2.5.29.19", sequence(boolean(true))),
      critical("2.5.29.15", keyUsage.signCertificates),
    ];
  const extended = purpose.for === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
  return [
    ...common,
    critical("2.5.29.19", sequence()),
    critical("2.5.29.15", keyUsage.digitalSignature),
    extension("2.5.29.37", sequence(objectIdentifier(extended))),
    ...(purpose.for === "server"
      ? [extension("2.5.29.17", sequence(...purpose.hosts.map(alternativeName)))]
      : []),
  ];
}

/** Bits of KeyUsage (RFC 5280 section 4.2.1.3): digitalSignature is bit 0; keyCertSign and cRLSign are 5 and 6. */
const keyUsage = {
  digitalSignature: bitString(Buffer.from([0x80]), 7),
  signCertificates: bitString(Buffer.from([0x06]), 1),
};

function extension(type: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(type), octetString(value));
}

function critical(type: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(type), boolean(true), octetString(value));
}

/** GeneralName: an iPAddress is [7], a dNSName [2]. */
function alternativeName(host: string): Buffer {
  if (isIP(host) === 0) return implicit(2, Buffer.from(host));
  return implicit(7, Buffer.from(ipaddr.parse(host).toByteArray()));
}

function subjectPublicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** Any value that tells keys apart will do; this one is short. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha256").update(subjectPublicKeyInfo(key)).digest().subarray(0, 20);
}
