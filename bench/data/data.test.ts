import { decode } from "dns-packet";
import { describe, expect, it } from "vitest";
import { addressAt, buildCluster } from "./cluster.ts";
import { clusterObjects } from "./objects.ts";
import { podMixQueries, serviceQueries } from "./queries.ts";
import { encodeQuery, queryStream } from "./wire.ts";
import { hostsFile, zoneFile } from "./zone.ts";

const model = buildCluster({ clusterIPs: 40, headless: 3, endpointsPerHeadless: 4 });

describe("addressAt", () => {
  it.each([
    [0, "10.96.16.0"],
    [255, "10.96.16.255"],
    [300, "10.96.17.44"],
    [65536, "10.97.16.0"],
  ])("counts on from the base by %i to %s", (offset, expected) => {
    expect(addressAt([10, 96, 16, 0], offset)).toBe(expected);
  });
});

describe("buildCluster", () => {
  it("gives every service a name of its own and every address once", () => {
    const names = model.services.map((service) => `${service.namespace}/${service.name}`);
    const addresses = model.services.flatMap((service) =>
      service.kind === "clusterIP" ? [service.clusterIP] : service.addresses,
    );
    expect(new Set(names).size).toBe(43);
    expect(new Set(addresses).size).toBe(40 + 12);
  });
});

describe("formats", () => {
  it("writes the records of a headless service into the zone", () => {
    const lines = zoneFile(model).split("\n");
    expect(lines).toContain("set-cart-api-0.team-0.svc.cluster.local. IN A 10.128.0.3");
    expect(lines).toContain("10-128-0-3.set-cart-api-0.team-0.svc.cluster.local. IN A 10.128.0.3");
    expect(lines).toContain(
      "_http._tcp.set-cart-api-0.team-0.svc.cluster.local. IN SRV 0 25 8080 10-128-0-3.set-cart-api-0.team-0.svc.cluster.local.",
    );
  });

  it("writes an address and a name a line into the hosts file", () => {
    const lines = hostsFile(model).trimEnd().split("\n");
    expect(lines).toHaveLength(40 + 2 * 12);
    expect(lines[0]).toBe("10.96.16.0 cart-api-0.team-0.svc.cluster.local");
  });

  it("creates namespaces first, then services with their slices", () => {
    const objects = clusterObjects(model);
    expect(objects).toHaveLength(20 + 40 + 3 * 2);
    expect(
      objects.slice(0, 20).every(({ collection }) => collection === "/api/v1/namespaces"),
    ).toBe(true);
    expect(objects.at(-1)?.body).toMatchObject({
      kind: "EndpointSlice",
      metadata: { labels: { "kubernetes.io/service-name": "set-checkout-api-2" } },
    });
  });
});

describe("queries", () => {
  it("are the same in every run", () => {
    expect(podMixQueries(model, 50)).toEqual(podMixQueries(model, 50));
  });

  it("ask for A of ClusterIP services only", () => {
    expect(
      serviceQueries(model, 200).every(
        (query) => query.type === "A" && !query.name.startsWith("set-"),
      ),
    ).toBe(true);
  });

  it("mix the way pods do", () => {
    const queries = podMixQueries(model, 20_000);
    const share = (accept: (query: (typeof queries)[number]) => boolean) =>
      queries.filter(accept).length / queries.length;
    expect(share((query) => query.edns)).toBe(0.5);
    expect(share((query) => query.type === "AAAA")).toBeCloseTo(0.15, 1);
    expect(share((query) => query.type === "SRV")).toBeCloseTo(0.05, 1);
    expect(share((query) => query.name.includes("example"))).toBeCloseTo(0.35, 1);
    expect(share((query) => query.name.startsWith("set-"))).toBeCloseTo(0.1, 1);
  });
});

describe("encodeQuery", () => {
  it.each([true, false])("is read back by another codec, EDNS %s", (edns) => {
    const message = decode(
      encodeQuery({ name: "_http._tcp.a.b.svc.cluster.local.", type: "SRV", edns }),
    );
    expect(message.questions).toEqual([
      { name: "_http._tcp.a.b.svc.cluster.local", type: "SRV", class: "IN" },
    ]);
    expect(message.additionals).toMatchObject(edns ? [{ type: "OPT", udpPayloadSize: 1232 }] : []);
  });

  it("is prefixed with its length in a stream", () => {
    const stream = queryStream(serviceQueries(model, 2));
    const first = stream.readUInt16BE(0);
    expect(first + 2 + stream.readUInt16BE(first + 2) + 2).toBe(stream.length);
  });
});
