import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, KubeObject } from "../contract.ts";
import { createApiServer } from "../server.ts";

let server: ApiServer;

beforeEach(() => {
  server = createApiServer();
});

afterEach(() => server.close());

type Given = Partial<KubeObject>;

function create(kind: string, given: Given, apiVersion = "v1"): KubeObject {
  return server.objects.create({ apiVersion, kind, metadata: { name: "a" }, ...given }).object;
}

const policies = "networking.k8s.io/v1";

describe("defaults", () => {
  it.each<[string, string, Given, object]>([
    ["Secret", "v1", {}, { type: "Opaque" }],
    [
      "Secret",
      "v1",
      { data: { a: "MQ==" }, stringData: { b: "2" } },
      { data: { a: "MQ==", b: "Mg==" } },
    ],
    [
      "Endpoints",
      "v1",
      { subsets: [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }] },
      { subsets: [{ ports: [{ port: 80, protocol: "TCP" }] }] },
    ],
    ["Node", "v1", { spec: { podCIDR: "10.1.0.0/24" } }, { spec: { podCIDRs: ["10.1.0.0/24"] } }],
    ["Node", "v1", { spec: { podCIDRs: ["10.1.0.0/24"] } }, { spec: { podCIDR: "10.1.0.0/24" } }],
    ["NetworkPolicy", policies, {}, { spec: { podSelector: {}, policyTypes: ["Ingress"] } }],
    [
      "NetworkPolicy",
      policies,
      { spec: { egress: [{ ports: [{ port: 53 }] }] } },
      {
        spec: {
          policyTypes: ["Ingress", "Egress"],
          egress: [{ ports: [{ port: 53, protocol: "TCP" }] }],
        },
      },
    ],
  ])("of a %s (%s): %j", (kind, apiVersion, given, expected) => {
    expect(create(kind, given, apiVersion)).toMatchObject(expected);
  });

  it("leave no stringData behind", () => {
    expect(create("Secret", { stringData: { a: "1" } })).not.toHaveProperty("stringData");
  });
});

describe("rules", () => {
  it.each<[string, string, Given, string]>([
    ["Secret", "v1", { data: { a: "no base64" } }, "must be base64"],
    ["Endpoints", "v1", { subsets: [{ addresses: [{ ip: "here" }] }] }, "valid IP address"],
    [
      "Endpoints",
      "v1",
      { subsets: [{ notReadyAddresses: [{ ip: "::1" }], ports: [{ port: 0 }] }] },
      "subsets[0].ports[0].port",
    ],
    ["Node", "v1", { spec: { podCIDR: "10.1.0.0" } }, "spec.podCIDRs[0]"],
    ["Node", "v1", { spec: { podCIDR: "10.1.0.0/33" } }, "valid CIDR"],
    ["NetworkPolicy", policies, { spec: { policyTypes: ["Both"] } }, "spec.policyTypes[0]"],
    [
      "NetworkPolicy",
      policies,
      { spec: { ingress: [{ from: [{ ipBlock: { cidr: "here" } }] }] } },
      "spec.ingress[0].from[0].ipBlock.cidr",
    ],
    [
      "NetworkPolicy",
      policies,
      { spec: { egress: [{ to: [{}] }] } },
      "spec.egress[0].to[0]: Required value: must specify a peer",
    ],
    [
      "NetworkPolicy",
      policies,
      { spec: { ingress: [{ ports: [{ port: 90, endPort: 80 }] }] } },
      "must not be less than port",
    ],
    [
      "NetworkPolicy",
      policies,
      { spec: { ingress: [{ ports: [{ port: "http", endPort: 80 }] }] } },
      "needs a numeric port",
    ],
  ])("a %s (%s) is refused: %j", (kind, apiVersion, given, message) => {
    expect(() => create(kind, given, apiVersion)).toThrowError(message);
  });

  it.each<[string, Given, Given]>([
    ["ConfigMap", { immutable: true, data: { a: "1" } }, { data: { a: "2" } }],
    ["Secret", { immutable: true }, { stringData: { a: "2" } }],
    ["Secret", {}, { type: "kubernetes.io/tls" }],
    ["Node", { spec: { podCIDR: "10.1.0.0/24" } }, { spec: { podCIDRs: ["10.2.0.0/24"] } }],
  ])("of a %s %j stays what was said: %j", (kind, given, change) => {
    const made = create(kind, given);
    expect(() => server.objects.replace({ ...made, ...change })).toThrowError(/immutable/);
  });
});
