import { describe, expect, it } from "vitest";
import { Pool } from "../objects/pool.ts";
import { parseManifests } from "./parse.ts";

const read = (text: string) =>
  parseManifests("app.yaml", text, new Pool()).map(
    ({ kind, object, line }) => `${kind} ${object.namespace}/${object.name} line ${line}`,
  );

describe("parseManifests", () => {
  it.each([
    ["an empty file", "", []],
    ["comments and empty documents", "# nothing\n---\n---\n# more\n", []],
    [
      "several documents",
      "kind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n---\nkind: Service\napiVersion: v1\nmetadata: {name: web, namespace: shop}\n",
      ["Namespace /shop line 1", "Service shop/web line 5"],
    ],
    [
      "a namespace left out",
      "{kind: Service, apiVersion: v1, metadata: {name: web}}",
      ["Service default/web line 1"],
    ],
    [
      "JSON",
      '{\n\t"kind": "EndpointSlice",\n\t"apiVersion": "discovery.k8s.io/v1",\n\t"metadata": {"name": "web-1"}\n}',
      ["EndpointSlice default/web-1 line 1"],
    ],
    [
      "a List",
      "kind: List\napiVersion: v1\nitems:\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: p}\n- kind: List\n  apiVersion: v1\n  items: []\n",
      ["Pod default/p line 4"],
    ],
    [
      "a typed list whose items bear no kind",
      "kind: ServiceList\napiVersion: v1\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]\n",
      ["Service default/a line 3", "Service default/b line 3"],
    ],
    [
      "kinds of no interest",
      "kind: Deployment\napiVersion: apps/v1\n---\nkind: Service\napiVersion: serving.knative.dev/v1\nmetadata: {}\n",
      [],
    ],
  ])("reads %s", (_case, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  const service = "kind: Service\napiVersion: v1\nmetadata:\n  name: web\nspec:\n";
  it.each([
    ["a: [1\n", /^app\.yaml:\d: /],
    ["a: 1\na: 2\n", "app.yaml:2: Map keys must be unique at line 2, column 1:"],
    ["- 1\n", "app.yaml:1: a manifest is a mapping with kind and apiVersion"],
    ["\n\nname: x\n", "app.yaml:3: kind: must be a string"],
    ["kind: Service\n", "app.yaml:1: apiVersion: must be a string"],
    [
      "kind: EndpointSlice\napiVersion: discovery.k8s.io/v1beta1\n",
      'app.yaml:2: apiVersion: "discovery.k8s.io/v1beta1" of EndpointSlice is not read: use discovery.k8s.io/v1',
    ],
    [
      `${service}  ports:\n  - port: 80\n  - port: http\n`,
      'app.yaml:8: Service web: spec.ports[1].port: "http" is not an integer from 0 to 65535',
    ],
    [
      `${service}  clusterIP: 10.0.0.300\n`,
      'app.yaml:6: Service web: spec.clusterIPs: "10.0.0.300" is no IP address',
    ],
    [
      `---\n${service}---\nkind: Service\napiVersion: v1\nmetadata: {}\n`,
      "app.yaml:10: Service (without name): metadata.name: must not be empty",
    ],
    [
      "kind: List\napiVersion: v1\nitems:\n- 7\n",
      "app.yaml:4: items.0: a manifest is a mapping with kind and apiVersion",
    ],
    ["kind: Service\napiVersion: *none\n", /^app\.yaml:\d: /],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "FL-C003" }));
    expect(() => read(text)).toThrow(message);
  });
});
