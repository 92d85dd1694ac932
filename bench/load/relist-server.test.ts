import { expect, onTestFinished, test } from "vitest";
import { createApiServer } from "#lab/apiserver/server.ts";
import { buildCluster } from "../data/cluster.ts";
import { slicedCluster } from "../data/slices.ts";
import { expireWatches } from "./relist-server.ts";

const model = buildCluster({ clusterIPs: 3, headless: 1, endpointsPerHeadless: 2 });
const paths = [
  "/api/v1/namespaces",
  "/api/v1/services",
  "/apis/discovery.k8s.io/v1/endpointslices",
];

async function serve() {
  const api = createApiServer();
  onTestFinished(() => api.close());
  for (const object of slicedCluster(model, 2)) api.objects.create(object);
  await api.settled();
  await api.listen({ host: "127.0.0.1", port: 0 });
  return api;
}

test("every watch is told that it is too old, and each time again", async () => {
  const api = await serve();
  for (let time = 0; time < 2; time++) {
    const query = `?watch=1&resourceVersion=${api.revision}`;
    const watches = await Promise.all(paths.map((path) => fetch(api.url + path + query)));
    expireWatches(api, model);
    for (const watch of watches) {
      const event = JSON.parse(await watch.text());
      expect(event).toMatchObject({ type: "ERROR", object: { code: 410 } });
    }
  }
});

test("services have slices, and headless ones their addresses in them", async () => {
  const api = await serve();
  const slices = api.objects.list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" });
  const owned = slices.filter(({ object }) => object.metadata.namespace?.startsWith("team-"));
  expect(owned).toHaveLength(8);
  const headless = owned.filter(({ object }) => object.metadata.name.startsWith("set-"));
  expect(headless.map(({ object }) => object.endpoints)).toMatchObject([
    [{ addresses: ["10.128.0.0"] }],
    [{ addresses: ["10.128.0.1"] }],
  ]);
});
