import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, KubeObject } from "../contract.ts";
import type { SliceObject } from "../kinds/types.ts";
import { createApiServer } from "../server.ts";
import { configMap } from "../testing.ts";

let server: ApiServer;

beforeEach(() => {
  server = createApiServer();
  server.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  server.objects.create(service({ app: "web" }));
});

afterEach(() => server.close());

function service(selector: Record<string, string>): KubeObject {
  const metadata = { name: "web", namespace: "shop" };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector, ports: [{ port: 80 }] } };
}

function pod(
  name: string,
  ip: string,
  labels: Record<string, string> = { app: "web" },
  finalizers: string[] = [],
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels, finalizers },
    spec: { containers: [{ name: "c", image: "example.test/web:1" }] },
    status: { phase: "Running", podIP: ip, conditions: [{ type: "Ready", status: "True" }] },
  };
}

const podReference = (name: string) => ({ apiVersion: "v1", kind: "Pod", namespace: "shop", name });

async function slices(namespace = "shop"): Promise<SliceObject[]> {
  await server.settled();
  const kind = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };
  return server.objects.list(kind, namespace).map(({ object }) => object as SliceObject);
}

async function addresses(): Promise<string[]> {
  return (await slices()).flatMap(({ endpoints }) =>
    endpoints.flatMap((endpoint) => endpoint.addresses),
  );
}

describe("endpoint slices", () => {
  it("follow pods as they come, change and go", async () => {
    expect(await addresses()).toEqual([]);
    server.objects.create(pod("a", "10.1.0.1"));
    server.objects.create(pod("b", "10.1.0.2"));
    server.objects.create(pod("other", "10.1.0.3", { app: "db" }));
    expect(await addresses()).toEqual(["10.1.0.1", "10.1.0.2"]);
    server.objects.replace({ ...pod("b", "10.1.0.2", { app: "db" }) });
    expect(await addresses()).toEqual(["10.1.0.1"]);
    const unready = {
      ...pod("a", "10.1.0.1"),
      status: { podIP: "10.1.0.1", conditions: [{ type: "Ready", status: "False" }] },
    };
    server.objects.replace(unready, "status");
    expect((await slices())[0].endpoints[0].conditions.ready).toBe(false);
    server.objects.delete(podReference("a"));
    expect(await addresses()).toEqual([]);
  });

  it("show a pod that is held by a finalizer as terminating", async () => {
    server.objects.create(pod("a", "10.1.0.1", { app: "web" }, ["example.com/hold"]));
    server.objects.delete(podReference("a"));
    expect((await slices())[0].endpoints[0].conditions).toEqual({
      ready: false,
      serving: true,
      terminating: true,
    });
  });

  it("follow the selector and go with the Service", async () => {
    server.objects.create(pod("a", "10.1.0.1"));
    server.objects.create(pod("b", "10.1.0.2", { app: "web", tier: "back" }));
    server.objects.replace(service({ app: "web", tier: "back" }));
    expect(await addresses()).toEqual(["10.1.0.2"]);
    server.objects.delete({ apiVersion: "v1", kind: "Service", namespace: "shop", name: "web" });
    expect(await slices()).toEqual([]);
  });

  it("gather a burst into few writes", async () => {
    await server.settled();
    const before = server.revision;
    for (let index = 0; index < 250; index += 1)
      server.objects.create(pod(`p-${index}`, `10.2.0.${index}`));
    expect((await slices()).map(({ endpoints }) => endpoints.length).toSorted()).toEqual([
      100, 100, 50,
    ]);
    expect(server.revision - before).toBeLessThanOrEqual(250 + 5);
  });

  it("are mended when someone else changes or removes them", async () => {
    server.objects.create(pod("a", "10.1.0.1"));
    const [slice] = await slices();
    server.objects.replace({ ...slice, endpoints: [] });
    expect(await addresses()).toEqual(["10.1.0.1"]);
    const [mended] = await slices();
    server.objects.delete({ ...mended, ...mended.metadata, namespace: "shop" });
    expect(await addresses()).toEqual(["10.1.0.1"]);
  });

  it("of others are left alone", async () => {
    const labels = { "kubernetes.io/service-name": "web" };
    const metadata = { name: "own", namespace: "shop", labels };
    const endpoints = [{ addresses: ["192.0.2.1"] }];
    server.objects.create({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata,
      addressType: "IPv4",
      endpoints,
    });
    expect(await addresses()).toContain("192.0.2.1");
  });
});

describe("a deleted namespace", () => {
  const shop = { apiVersion: "v1", kind: "Namespace", name: "shop" };

  it("takes its content with it", async () => {
    server.objects.create(pod("a", "10.1.0.1"));
    await server.settled();
    server.objects.delete(shop);
    const terminating = server.objects.get(shop)?.object;
    expect(terminating?.status).toEqual({ phase: "Terminating" });
    expect(() => server.objects.create(pod("b", "10.1.0.2"))).toThrowError("is being terminated");
    expect(await slices()).toEqual([]);
    expect(server.objects.get(shop)).toBeUndefined();
    expect(server.objects.list({ apiVersion: "v1", kind: "Pod" }, "shop")).toEqual([]);
  });

  it("waits for finalizers in it", async () => {
    const held = configMap("held");
    const metadata = { ...held.metadata, namespace: "shop", finalizers: ["example.com/hold"] };
    server.objects.create({ ...held, metadata });
    server.objects.delete(shop);
    await server.settled();
    expect(server.objects.get(shop)).toBeDefined();
    server.objects.replace({ ...held, metadata: { name: "held", namespace: "shop" } });
    await server.settled();
    expect(server.objects.get(shop)).toBeUndefined();
  });
});

describe("bootstrap", () => {
  it("makes what every cluster has", () => {
    const names = server.objects
      .list({ apiVersion: "v1", kind: "Namespace" })
      .map(({ object }) => object.metadata.name);
    const dns = server.objects.get({
      apiVersion: "v1",
      kind: "Service",
      namespace: "kube-system",
      name: "kube-dns",
    });
    const kubernetes = server.objects.get({
      apiVersion: "v1",
      kind: "Service",
      namespace: "default",
      name: "kubernetes",
    });
    expect(names).toEqual(["default", "kube-node-lease", "kube-public", "kube-system", "shop"]);
    expect(kubernetes?.object.spec).toMatchObject({
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443 }],
    });
    expect(dns?.object).toMatchObject({
      metadata: { labels: { "k8s-app": "kube-dns" } },
      spec: {
        clusterIP: "10.96.0.10",
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
          { name: "metrics", port: 9153, protocol: "TCP" },
        ],
      },
    });
  });

  it("publishes the server's own address once it listens", async () => {
    const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
    expect(await slices("default")).toMatchObject([
      {
        metadata: { name: "kubernetes" },
        endpoints: [{ addresses: ["127.0.0.1"] }],
        ports: [{ name: "https", port }],
      },
    ]);
  });
});
