import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { fillIn, renderManifests } from "./render.ts";

const values = {
  apiHost: "172.30.0.1",
  apiPort: "6443",
  clusterCidr: "10.244.0.0/16",
  clusterDomain: "cluster.local",
  shim: "/srv/fairlead/dist/shim/fairlead",
};

test("a placeholder without a value is an error", () => {
  expect(fillIn("a: @apiPort@\n", values)).toBe("a: 6443\n");
  expect(() => fillIn("a: @nothing@\n", values)).toThrow("the manifests name @nothing@");
});

test("the objects of the cluster, complete and in kube-system", () => {
  const objects = [...renderManifests(values).values()].flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS()),
  );
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "ServiceAccount fairlead-dns",
    "ConfigMap fairlead-dns",
    "Deployment fairlead-dns",
    "ServiceAccount fairlead-node",
    "ConfigMap fairlead-node",
    "DaemonSet fairlead-node",
  ]);
  for (const { metadata } of objects) expect(metadata.namespace).toBe("kube-system");
});
