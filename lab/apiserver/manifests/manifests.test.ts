import { describe, expect, it } from "vitest";
import { createApiServer } from "../server.ts";
import { applyManifests } from "./apply.ts";
import { parseManifests } from "./parse.ts";

const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n";

function service(name: string, spec = "ports: [{ port: 80 }]", where = "shop"): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  namespace: ${where}\nspec:\n  ${spec}\n`;
}

function load(...texts: string[]) {
  const server = createApiServer();
  const files = texts.map((text, index) => ({
    file: `f${index}.${text.startsWith("{") ? "json" : "yaml"}`,
    text,
  }));
  applyManifests(server.objects, files.flatMap(parseManifests));
  return server.objects;
}

const reference = (kind: string, name: string, where = "shop") => ({
  apiVersion: "v1",
  kind,
  namespace: where,
  name,
});

describe("manifests", () => {
  it("are applied in the order that they depend on", () => {
    const objects = load(
      service("any"),
      service("chosen", "clusterIP: 10.96.1.0\n  ports: [{ port: 80 }]"),
      namespace,
    );
    expect(objects.get(reference("Service", "chosen"))?.object.spec).toMatchObject({
      clusterIP: "10.96.1.0",
    });
    expect(objects.get(reference("Service", "any"))?.object.spec).toMatchObject({
      clusterIP: "10.96.1.1",
    });
  });

  it("may be JSON, several documents, or a List", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [JSON.parse('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}')],
    };
    const objects = load(`${namespace}---\n---\n${service("web")}`, JSON.stringify(list));
    expect(objects.get(reference("Service", "web"))).toBeDefined();
    expect(objects.get(reference("ConfigMap", "a", "default"))).toBeDefined();
  });

  it("keep the status of pods and drop what a server adds", () => {
    const pod =
      "apiVersion: v1\nkind: Pod\nmetadata: { name: p, resourceVersion: '7', uid: x, creationTimestamp: null }\n" +
      "spec: { containers: [{ name: c, image: i }] }\nstatus: { phase: Running, podIP: 10.1.0.1 }\n";
    const object = load(pod).get(reference("Pod", "p", "default"))?.object;
    expect(object?.status).toEqual({
      phase: "Running",
      podIP: "10.1.0.1",
      podIPs: [{ ip: "10.1.0.1" }],
    });
    expect(object?.metadata.uid).not.toBe("x");
  });

  it("are merged into what the server made itself", () => {
    const dns = service(
      "kube-dns",
      "ports: [{ name: dns, port: 53, protocol: UDP }]",
      "kube-system",
    );
    expect(
      load(dns).get(reference("Service", "kube-dns", "kube-system"))?.object.spec,
    ).toMatchObject({
      clusterIP: "10.96.0.10",
      selector: { "k8s-app": "kube-dns" },
      ports: [{ name: "dns" }],
    });
  });
});

describe("a wrong manifest", () => {
  it.each([
    ["bad syntax", "a: b\n  c: d\n", /^f0\.yaml:\d: /],
    ["bad JSON", '{"a": [1,\n}', /^f0\.json:2: /],
    ["no object", "- 1\n", /^f0\.yaml:1: this is no Kubernetes object/],
    ["no kind", "apiVersion: v1\nmetadata: {}\n", /^f0\.yaml:1: the object lacks kind/],
    [
      "no apiVersion",
      `${namespace}---\nkind: Service\n`,
      /^f0\.yaml:5: the object lacks apiVersion/,
    ],
    [
      "unknown kind",
      "apiVersion: v1\nkind: Servise\nmetadata: { name: a }\n",
      /^f0\.yaml:1: Servise a \(v1\): no matches for kind "Servise"/,
    ],
    [
      "missing namespace",
      service("web"),
      /^f0\.yaml:1: Service shop\/web \(v1\): namespaces "shop" not found/,
    ],
    [
      "bad field",
      `${namespace}---\n${service("web", "ports:\n    - port: 80\n      protocol: ICMP")}`,
      /^f0\.yaml:13: .*spec\.ports\[0\]\.protocol/,
    ],
    [
      "wrong type",
      `${namespace}---\n${service("web", "ports:\n    - port: eighty")}`,
      /^f0\.yaml:12: .*must be of type integer, not string/,
    ],
    [
      "given twice",
      `${namespace}---\n${namespace}`,
      /^f0\.yaml:5: Namespace shop \(v1\): is also in f0\.yaml:1/,
    ],
    [
      "bad metadata",
      "apiVersion: v1\nkind: Service\nmetadata: 7\n",
      /^f0\.yaml:3: .*metadata must be of type object/,
    ],
  ])("%s: says where and what", (_name, text, message) => {
    expect(() => load(text)).toThrowError(
      expect.objectContaining({ code: "FL-C003", message: expect.stringMatching(message) }),
    );
  });

  it("in a List is found on its own line", () => {
    const list =
      "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: a }\n    spec:\n      ports:\n        - port: 0\n";
    expect(() => load(list)).toThrowError(/^f0\.yaml:9: /);
  });
});
