import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthority, createSecrets } from "./authority.ts";

const year = 365 * 86_400_000;
const secrets = createSecrets();
const ca = new X509Certificate(secrets.ca.certificate);

describe("the authority", () => {
  const authority = createAuthority(secrets);

  it("signs itself as an authority", () => {
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.subject).toBe("CN=fairlead-ca");
  });

  it("issues server certificates for names and addresses", () => {
    const { certificate } = authority.issueServer(["localhost", "127.0.0.1", "fd00::1"]);
    const read = new X509Certificate(certificate);
    expect(read.checkIssued(ca) && read.verify(ca.publicKey)).toBe(true);
    expect([read.ca, read.keyUsage]).toEqual([false, ["1.3.6.1.5.5.7.3.1"]]);
    expect(read.checkHost("localhost")).toBe("localhost");
    expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(read.checkIP("fd00::1")).toBe("fd00::1");
    expect([read.checkHost("example.com"), read.checkIP("127.0.0.2")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("issues client certificates that name user and groups", () => {
    const pair = authority.issueClient({ username: "ann", groups: ["a", "b"] });
    const read = new X509Certificate(pair.certificate);
    expect([read.subject, read.keyUsage]).toEqual(["O=a\nO=b\nCN=ann", ["1.3.6.1.5.5.7.3.2"]]);
    expect(Date.parse(read.validTo) - Date.now()).toBeGreaterThan(0.99 * year);
  });

  it.each([
    ["a key that is none", { ...secrets, tokenKey: "none" }],
    ["a foreign key", { ...secrets, ca: { ...secrets.ca, key: createSecrets().ca.key } }],
    ["an expired certificate", createSecrets(Date.now() - 11 * year)],
  ])("refuses %s", (_what, wrong) => {
    expect(() => createAuthority(wrong)).toThrowError(/certificate authority cannot be used/);
  });
});

describe("tokens", () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const authority = createAuthority(secrets, () => nowMs);
  const token = authority.issueToken({ namespace: "shop", name: "web", lifetimeSeconds: 60 });
  const [head, body, signature] = token.split(".");

  it("say whose they are until they expire", () => {
    expect(authority.userOfToken(token)).toEqual({
      username: "system:serviceaccount:shop:web",
      groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
    });
    nowMs += 60_000;
    expect(authority.userOfToken(token)).toBeUndefined();
    nowMs -= 60_001;
    expect(authority.userOfToken(token)).toBeUndefined();
    nowMs += 1;
  });

  it("meant for others do not get in here", () => {
    const account = { namespace: "shop", name: "web" };
    const foreign = authority.issueToken({ ...account, audiences: ["vault"] });
    const boundTo = { kind: "Pod", name: "web-1", uid: "u" };
    const bound = authority.issueToken({ ...account, boundTo });
    const claims = JSON.parse(Buffer.from(bound.split(".")[1], "base64url").toString());
    expect(authority.userOfToken(foreign)).toBeUndefined();
    expect(authority.userOfToken(bound)?.username).toBe("system:serviceaccount:shop:web");
    expect(claims["kubernetes.io"].pod).toEqual({ name: "web-1", uid: "u" });
  });

  it.each([
    ["nothing", ""],
    ["a word", "secret"],
    ["no signature", `${head}.${body}.`],
    ["another body", `${head}.${body}x.${signature}`],
    ["another algorithm", `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`],
    ["more", `${token}.x`],
    ["a foreign one", createAuthority().issueToken({ namespace: "shop", name: "web" })],
  ])("that are %s are no one's", (_what, wrong) => {
    expect(authority.userOfToken(wrong)).toBeUndefined();
  });
});
