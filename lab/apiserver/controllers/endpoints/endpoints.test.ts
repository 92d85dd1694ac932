import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, KubeObject } from "../../contract.ts";
import type { EndpointSubset, EndpointsObject, SliceObject } from "../../kinds/types.ts";
import { createApiServer } from "../../server.ts";

let server: ApiServer;

beforeEach(() => {
  server = createApiServer();
});

afterEach(() => server.close());

const place = { name: "web", namespace: "default" };
const reference = { apiVersion: "v1", kind: "Endpoints", ...place };

function service(spec: object): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: place, spec: { ports, ...spec } };
}

const ports = [{ name: "http", port: 80 }];

function pod(name: string, podIP: string, isReady: boolean): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "web" } },
    spec: { containers: [{ name: "web" }], nodeName: "node-1" },
    status: { podIP, conditions: [{ type: "Ready", status: isReady ? "True" : "False" }] },
  };
}

function endpoints(subsets: readonly object[], labels = {}): KubeObject {
  return { apiVersion: "v1", kind: "Endpoints", metadata: { ...place, labels }, subsets };
}

async function subsets(): Promise<readonly EndpointSubset[] | undefined> {
  await server.settled();
  return (server.objects.get(reference)?.object as EndpointsObject | undefined)?.subsets;
}

async function slices(): Promise<SliceObject[]> {
  await server.settled();
  return server.objects
    .list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" }, "default")
    .map(({ object }) => object as SliceObject)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "web");
}

describe("Endpoints of a Service with a selector", () => {
  beforeEach(() => {
    server.objects.create(service({ selector: { app: "web" } }));
  });

  it("show ready and other pods apart, and go with the Service", async () => {
    expect(await subsets()).toBeUndefined();
    server.objects.create(pod("b", "10.1.0.2", true));
    server.objects.create(pod("a", "10.1.0.1", true));
    server.objects.create(pod("c", "10.1.0.3", false));
    expect(await subsets()).toMatchObject([
      {
        addresses: [
          { ip: "10.1.0.1", nodeName: "node-1", targetRef: { kind: "Pod", name: "a" } },
          { ip: "10.1.0.2" },
        ],
        notReadyAddresses: [{ ip: "10.1.0.3" }],
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
      },
    ]);
    server.objects.delete({ ...reference, kind: "Service" });
    await server.settled();
    expect(server.objects.get(reference)).toBeUndefined();
  });

  it("are mended when someone else changes them, and not mirrored", async () => {
    server.objects.create(pod("a", "10.1.0.1", true));
    await server.settled();
    server.objects.replace(endpoints([{ addresses: [{ ip: "192.0.2.1" }] }]));
    expect((await subsets())?.[0].addresses).toMatchObject([{ ip: "10.1.0.1" }]);
    expect(await slices()).toHaveLength(1);
  });

  it("show no more than a thousand, and say so", async () => {
    for (let index = 0; index < 1001; index += 1)
      server.objects.create(pod(`p-${index}`, `10.${1 + (index >> 8)}.0.${index & 255}`, true));
    expect((await subsets())?.[0].addresses).toHaveLength(1000);
    expect(server.objects.get(reference)?.object.metadata.annotations).toEqual({
      "endpoints.kubernetes.io/over-capacity": "truncated",
    });
  });
});

describe("Endpoints of a Service without a selector", () => {
  const given = [
    {
      addresses: [{ ip: "192.0.2.1", hostname: "one" }, { ip: "2001:db8::1" }],
      notReadyAddresses: [{ ip: "192.0.2.2" }],
      ports: [{ port: 80 }],
    },
  ];

  beforeEach(() => {
    server.objects.create(service({}));
  });

  it("are mirrored into slices of one family each", async () => {
    server.objects.create(endpoints(given));
    expect(
      (await slices()).map(({ addressType, endpoints: shown, ports: open }) => [
        addressType,
        shown.map(({ addresses, conditions, hostname }) => [
          addresses[0],
          conditions.ready,
          hostname,
        ]),
        open,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [
          "IPv4",
          [
            ["192.0.2.1", true, "one"],
            ["192.0.2.2", false, undefined],
          ],
          [{ name: "", port: 80, protocol: "TCP" }],
        ],
        ["IPv6", [["2001:db8::1", true, undefined]], [{ name: "", port: 80, protocol: "TCP" }]],
      ]),
    );
  });

  it("stay their author's, and their slices follow them", async () => {
    server.objects.create(endpoints(given));
    expect(await slices()).toHaveLength(2);
    server.objects.replace(
      endpoints([{ addresses: [{ ip: "192.0.2.9" }], ports: [{ port: 80 }] }]),
    );
    const [only, ...others] = await slices();
    expect([only.endpoints[0].addresses, others]).toEqual([["192.0.2.9"], []]);
    server.objects.delete(reference);
    expect(await slices()).toEqual([]);
  });

  it("are left alone when they say so, or without a Service", async () => {
    server.objects.create(endpoints(given, { "endpointslice.kubernetes.io/skip-mirror": "true" }));
    expect(await slices()).toEqual([]);
    server.objects.replace(endpoints(given));
    expect(await slices()).toHaveLength(2);
    server.objects.delete({ ...reference, kind: "Service" });
    expect(await slices()).toEqual([]);
    expect(server.objects.get(reference)).toBeDefined();
  });
});
