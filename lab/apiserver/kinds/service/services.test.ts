import { describe, expect, it } from "vitest";
import type { ApiServer, KubeObject } from "../../contract.ts";
import { createApiServer } from "../../server.ts";
import type { ServiceSpec } from "../types.ts";

const port = { port: 80 };
const dual = ["10.0.0.0/24", "fd00::/112"];

function service(name: string, spec: object): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, spec };
}

function create(server: ApiServer, name: string, spec: object): ServiceSpec {
  return server.objects.create(service(name, spec)).object.spec as ServiceSpec;
}

function server(ranges: readonly string[] = dual): ApiServer {
  return createApiServer({ serviceClusterIpRanges: ranges });
}

describe("defaults", () => {
  it("are those that kubectl shows", () => {
    expect(
      create(server(), "web", {
        ports: [{ port: 80 }, { name: "x", port: 53, protocol: "UDP", targetPort: "dns" }].slice(
          0,
          1,
        ),
      }),
    ).toEqual({
      clusterIP: "10.0.0.16",
      clusterIPs: ["10.0.0.16"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      sessionAffinity: "None",
      type: "ClusterIP",
      internalTrafficPolicy: "Cluster",
    });
  });
});

describe("addresses", () => {
  const cases: readonly (readonly [string, object, Partial<ServiceSpec>])[] = [
    ["single stack", { ports: [port] }, { clusterIPs: ["10.0.0.16"], ipFamilies: ["IPv4"] }],
    [
      "asked for",
      { ports: [port], clusterIP: "10.0.0.99" },
      { clusterIP: "10.0.0.99", clusterIPs: ["10.0.0.99"] },
    ],
    [
      "IPv6 by address",
      { ports: [port], clusterIP: "fd00:0::63" },
      { clusterIPs: ["fd00::63"], ipFamilies: ["IPv6"] },
    ],
    [
      "IPv6 by family",
      { ports: [port], ipFamilies: ["IPv6"] },
      { clusterIPs: ["fd00::100"], ipFamilyPolicy: "SingleStack" },
    ],
    [
      "both preferred",
      { ports: [port], ipFamilyPolicy: "PreferDualStack" },
      { clusterIPs: ["10.0.0.16", "fd00::100"], ipFamilies: ["IPv4", "IPv6"] },
    ],
    [
      "both, IPv6 first",
      { ports: [port], ipFamilies: ["IPv6", "IPv4"] },
      { clusterIPs: ["fd00::100", "10.0.0.16"], ipFamilyPolicy: "RequireDualStack" },
    ],
    [
      "headless",
      { clusterIP: "None", selector: { a: "b" } },
      { clusterIPs: ["None"], ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" },
    ],
    [
      "headless without selector",
      { clusterIP: "None" },
      { clusterIPs: ["None"], ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" },
    ],
    [
      "external",
      { type: "ExternalName", externalName: "a.example" },
      { type: "ExternalName", externalName: "a.example" },
    ],
  ];

  it.each(cases)("%s", (_name, spec, expected) => {
    const made = create(server(), "web", spec);
    expect(made).toMatchObject(expected);
    if (made.type === "ExternalName") expect(made).not.toHaveProperty("clusterIP");
  });

  it("are not given twice, come back, and leave the low band to those asked for", () => {
    const small = server(["10.0.0.0/28"]);
    const free = 14 - 2;
    const given = Array.from(
      { length: free },
      (_, index) => create(small, `s-${index}`, { ports: [port] }).clusterIP,
    );
    expect(new Set(given).size).toBe(free);
    expect(() => create(small, "full", { ports: [port] })).toThrowError(
      "range 10.0.0.0/28 is full",
    );
    small.objects.delete({ apiVersion: "v1", kind: "Service", name: "s-3" });
    expect(create(small, "again", { ports: [port] }).clusterIP).toBe(given[3]);
  });

  it.each([
    ["taken", { ports: [port], clusterIP: "10.0.0.1" }, dual, "already allocated"],
    ["outside", { ports: [port], clusterIP: "10.9.0.1" }, dual, "not in the valid range"],
    ["no address", { ports: [port], clusterIP: "10.0.0" }, dual, "valid IP address"],
    [
      "one family only",
      { ports: [port], ipFamilyPolicy: "RequireDualStack" },
      ["10.0.0.0/24"],
      "not configured for dual-stack",
    ],
    [
      "no such family",
      { ports: [port], ipFamilies: ["IPv6"] },
      ["10.0.0.0/24"],
      "not configured on this cluster",
    ],
  ])("are refused: %s", (_name, spec, ranges, message) => {
    expect(() => create(server(ranges), "web", spec)).toThrowError(message);
  });

  it.each([["10.0.0.0"], ["10.0.0.0/30"], ["nonsense/24"], ["10.0.0.0/x"]])(
    "cannot come from %s",
    (cidr) => {
      expect(() => server([cidr])).toThrowError(`service CIDR '${cidr}'`);
    },
  );
});

describe("node ports", () => {
  it("are given, kept over updates, shared by protocols and given up with the type", () => {
    const api = server();
    const dns = [
      { name: "udp", port: 53, protocol: "UDP" },
      { name: "tcp", port: 53 },
      { name: "web", port: 80, nodePort: 31_000 },
    ];
    const made = create(api, "web", { type: "NodePort", ports: dns });
    expect(made.ports?.map(({ nodePort }) => nodePort)).toEqual([30_000, 30_000, 31_000]);
    expect(create(api, "other", { type: "LoadBalancer", ports: [port] })).toMatchObject({
      ports: [{ nodePort: 30_001 }],
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
    });
    const replaced = api.objects.replace(
      service("web", { type: "NodePort", ports: dns.slice(0, 2) }),
    ).object;
    expect((replaced.spec as ServiceSpec).ports?.map(({ nodePort }) => nodePort)).toEqual([
      30_000, 30_000,
    ]);
    const plain = api.objects.replace({
      ...replaced,
      spec: { ...(replaced.spec as object), type: "ClusterIP" },
    }).object;
    expect((plain.spec as ServiceSpec).ports?.[0]).not.toHaveProperty("nodePort");
    expect(
      create(api, "third", { type: "NodePort", ports: [{ port: 1, nodePort: 30_000 }] }).ports?.[0]
        .nodePort,
    ).toBe(30_000);
  });

  it.each([
    ["taken", 30_500, "already allocated"],
    ["outside", 80, "not in the valid range"],
  ])("are refused: %s", (_name, nodePort, message) => {
    const api = server();
    create(api, "first", { type: "NodePort", ports: [{ port: 80, nodePort: 30_500 }] });
    expect(() =>
      create(api, "second", { type: "NodePort", ports: [{ port: 80, nodePort }] }),
    ).toThrowError(message);
  });
});

describe("updates", () => {
  it("keep what was allocated when it is left out", () => {
    const api = server();
    const made = create(api, "web", { ports: [port], ipFamilyPolicy: "PreferDualStack" });
    const after = api.objects.replace(service("web", { ports: [{ port: 81 }] })).object
      .spec as ServiceSpec;
    expect(after.clusterIPs).toEqual(made.clusterIPs);
    expect(after.ports).toMatchObject([{ port: 81 }]);
  });

  it("give a second family and take it back", () => {
    const api = server();
    create(api, "web", { ports: [port] });
    const both = api.objects.replace(
      service("web", { ports: [port], ipFamilyPolicy: "PreferDualStack" }),
    );
    const one = api.objects.replace(
      service("web", { ports: [port], ipFamilyPolicy: "SingleStack" }),
    );
    const addresses = [both, one].map(({ object }) => (object.spec as ServiceSpec).clusterIPs);
    expect(addresses).toEqual([["10.0.0.16", "fd00::100"], ["10.0.0.16"]]);
  });

  it("turn a Service into an ExternalName and back", () => {
    const api = server();
    create(api, "web", { ports: [port] });
    const name = { type: "ExternalName", externalName: "a.example" };
    const external = api.objects.replace(service("web", name)).object.spec as ServiceSpec;
    expect(external).not.toHaveProperty("clusterIP");
    const back = api.objects.replace(service("web", { ports: [port] })).object.spec as ServiceSpec;
    expect(back.clusterIP).toMatch(/^10\.0\.0\./);
  });

  it("cannot move the address", () => {
    const api = server();
    create(api, "web", { ports: [port] });
    const moved = service("web", { ports: [port], clusterIP: "10.0.0.77" });
    expect(() => api.objects.replace(moved)).toThrowError("may not change once set");
  });
});

describe("rules", () => {
  it.each([
    ["no ports", {}, "spec.ports: Required value"],
    ["port out of range", { ports: [{ port: 0 }] }, "spec.ports[0].port: Invalid value: 0"],
    [
      "port of the wrong type",
      { ports: [{ port: "80" }] },
      "spec.ports[0].port must be of type integer",
    ],
    ["ports that are no list", { ports: 80 }, "spec.ports must be of type list"],
    [
      "unnamed among several",
      { ports: [port, { port: 81, name: "b" }] },
      "spec.ports[0].name: Required value",
    ],
    [
      "the same name twice",
      {
        ports: [
          { port: 80, name: "a" },
          { port: 81, name: "a" },
        ],
      },
      "spec.ports[1].name: Duplicate value",
    ],
    [
      "the same port twice",
      {
        ports: [
          { port: 80, name: "a" },
          { port: 80, name: "b" },
        ],
      },
      "spec.ports[1]: Duplicate value",
    ],
    [
      "unknown protocol",
      { ports: [{ port: 80, protocol: "ICMP" }] },
      "spec.ports[0].protocol: Unsupported value",
    ],
    ["bad port name", { ports: [{ port: 80, name: "A_B" }] }, "spec.ports[0].name: Invalid value"],
    [
      "bad target name",
      { ports: [{ port: 80, targetPort: "way-too-long-for-a-port" }] },
      "spec.ports[0].targetPort: Invalid value",
    ],
    [
      "node port of a ClusterIP",
      { ports: [{ port: 80, nodePort: 30_000 }] },
      "spec.ports[0].nodePort: Forbidden",
    ],
    ["unknown type", { type: "Mesh", ports: [port] }, "spec.type: Unsupported value"],
    ["ExternalName without name", { type: "ExternalName" }, "spec.externalName: Required value"],
    [
      "ExternalName that is none",
      { type: "ExternalName", externalName: "a b" },
      "spec.externalName: Invalid value",
    ],
    [
      "selector of the wrong type",
      { ports: [port], selector: { a: true } },
      "spec.selector.a must be of type string",
    ],
    [
      "addresses that disagree",
      { ports: [port], clusterIP: "10.0.0.5", clusterIPs: ["10.0.0.6"] },
      "first value must match",
    ],
  ])("refuse %s", (_name, spec, message) => {
    expect(() => create(server(), "web", spec)).toThrowError(message);
  });
});
