import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../contract.ts";
import type { ServiceObject, SliceEndpoint, SliceObject } from "../../kinds/types.ts";
import type { EndpointGroup } from "./desired.ts";
import { serviceOwner } from "./owner.ts";
import { reconcile, type SliceChanges } from "./reconcile.ts";

const ports = [{ name: "http", protocol: "TCP", port: 80 }];
const time = "2026-01-01T00:00:00.000Z";

const service: ServiceObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop", uid: "service", labels: { team: "front" } },
  spec: { selector: { app: "web" } },
};

const owner = serviceOwner(service);

function endpoints(...numbers: number[]): SliceEndpoint[] {
  return numbers.map((number) => ({
    addresses: [`10.0.${number >> 8}.${number & 255}`],
    conditions: { ready: true, serving: true, terminating: false },
  }));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function group(...numbers: number[]): EndpointGroup {
  return {
    addressType: "IPv4",
    ports: numbers.length === 0 ? [] : ports,
    endpoints: endpoints(...numbers),
  };
}

/** The slices that the changes leave, as a store would. */
function applied(
  before: readonly SliceObject[],
  { create, replace, remove }: SliceChanges,
): SliceObject[] {
  const rewritten = new Map(replace.map((slice) => [slice.metadata.name, slice as SliceObject]));
  const kept = before.filter((slice) => !remove.includes(slice));
  const made = create.map((slice, index) => named(slice, `new-${before.length + index}`));
  return [...kept.map((slice) => rewritten.get(slice.metadata.name) ?? slice), ...made];
}

function named(slice: KubeObject, name: string): SliceObject {
  return { ...slice, metadata: { ...slice.metadata, name } } as SliceObject;
}

function slicesOf(...groups: EndpointGroup[]): SliceObject[] {
  return applied([], reconcile(owner, groups, [], time));
}

function counts({ create, replace, remove }: SliceChanges): readonly number[] {
  return [create.length, replace.length, remove.length];
}

describe("new slices", () => {
  it("say whose they are, who manages them and why", () => {
    const [slice] = reconcile(owner, [group(1)], [], time).create;
    expect(slice).toMatchObject({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        generateName: "web-",
        namespace: "shop",
        labels: {
          team: "front",
          "kubernetes.io/service-name": "web",
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        },
        annotations: { "endpoints.kubernetes.io/last-change-trigger-time": time },
        ownerReferences: [{ kind: "Service", name: "web", uid: "service", controller: true }],
      },
      addressType: "IPv4",
      ports,
      endpoints: endpoints(1),
    });
  });

  it.each([
    [0, [0]],
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])("for %i endpoints hold %j", (count, sizes) => {
    expect(slicesOf(group(...range(0, count))).map((slice) => slice.endpoints.length)).toEqual(
      sizes,
    );
  });

  it("are marked for headless Services", () => {
    const headless = { ...service, spec: { ...service.spec, clusterIP: "None" } };
    const [slice] = reconcile(serviceOwner(headless), [group(1)], [], time).create;
    expect(slice.metadata.labels).toHaveProperty(["service.kubernetes.io/headless"], "");
  });
});

/** Endpoint numbers before and after, and the writes that follow: [create, replace, remove]. */
describe("existing slices", () => {
  it.each([
    ["nothing changed", range(0, 150), range(0, 150), [0, 0, 0]],
    ["one more fills the slice that has room", range(0, 150), range(0, 151), [0, 1, 0]],
    ["one less rewrites its slice", range(0, 150), range(1, 150), [0, 1, 0]],
    ["one replaced rewrites only its slice", range(0, 150), [...range(1, 150), 900], [0, 1, 0]],
    ["growth beyond the room makes one", range(0, 150), range(0, 220), [1, 1, 0]],
    ["an emptied slice goes", range(0, 150), range(0, 100), [0, 0, 1]],
    ["the last endpoint leaves an empty slice", range(0, 3), [], [1, 0, 1]],
    ["the first endpoint takes the place of the empty slice", [], range(0, 3), [1, 0, 1]],
    ["still none", [], [], [0, 0, 0]],
  ])("%s", (_name, before, after, writes) => {
    const slices = slicesOf(group(...before));
    const changes = reconcile(owner, [group(...after)], slices, time);
    expect(counts(changes)).toEqual(writes);
    const result = applied(slices, changes).flatMap((slice) =>
      slice.endpoints.flatMap(({ addresses }) => addresses),
    );
    expect(result.toSorted()).toEqual(
      endpoints(...after)
        .flatMap(({ addresses }) => addresses)
        .toSorted(),
    );
  });

  it("follow the Service's labels", () => {
    const slices = slicesOf(group(1));
    const renamed = { ...service, metadata: { ...service.metadata, labels: { team: "back" } } };
    const { replace } = reconcile(serviceOwner(renamed), [group(1)], slices, time);
    expect(replace[0].metadata.labels).toHaveProperty("team", "back");
  });

  it("are told apart by ports and family", () => {
    const other: EndpointGroup = { addressType: "IPv6", ports, endpoints: [] };
    const slices = slicesOf(group(1), {
      ...other,
      endpoints: [{ ...endpoints(2)[0], addresses: ["fd00::1"] }],
    });
    expect(counts(reconcile(owner, [group(1)], slices, time))).toEqual([0, 0, 1]);
  });
});
