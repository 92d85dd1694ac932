import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createAuthority } from "../security/authority.ts";
import { createApiServer } from "../server.ts";

const authority = createAuthority();
const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "shop", name: "default" };
const rootCa = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "kube-root-ca.crt" };
let server: ApiServer;

beforeEach(async () => {
  server = createApiServer({ authority });
  server.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  await server.settled();
});

afterEach(() => server.close());

describe("every namespace has", () => {
  it("a ServiceAccount and the CA", () => {
    expect(server.objects.get(account)).toBeDefined();
    expect(server.objects.get(rootCa)?.object.data).toEqual({
      "ca.crt": authority.caCertificate,
    });
  });

  it("them again when they are taken away or changed", async () => {
    server.objects.delete(account);
    const { apiVersion, kind, ...metadata } = rootCa;
    server.objects.replace({ apiVersion, kind, metadata, data: { "ca.crt": "forged" } });
    await server.settled();
    expect(server.objects.get(account)).toBeDefined();
    expect(server.objects.get(rootCa)?.object.data).toEqual({
      "ca.crt": authority.caCertificate,
    });
  });

  it("neither once it goes", async () => {
    server.objects.delete({ apiVersion: "v1", kind: "Namespace", name: "shop" });
    await server.settled();
    expect(server.objects.get(account)).toBeUndefined();
  });

  it("no CA where nothing is encrypted", async () => {
    const plain = createApiServer();
    await plain.settled();
    expect(plain.objects.get({ ...rootCa, namespace: "default" })).toBeUndefined();
    expect(plain.objects.get({ ...account, namespace: "default" })).toBeDefined();
    await plain.close();
  });
});
