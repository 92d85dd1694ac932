import { describe, expect, it } from "vitest";
import { plainService, plainTraffic } from "#cluster/testing/slim.ts";
import { nameToWire } from "../../wire/name.ts";
import { TestCluster } from "./test-cluster.ts";
import { slice } from "./test-objects.ts";

const web = "+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80";

describe("the names published", () => {
  it("are those of a state that was there before, and of one that came event by event", () => {
    const events = [
      "+ Namespace empty",
      web,
      "+ Service db.shop headless",
      "+ EndpointSlice a.shop of db IPv4 http/TCP/80 | 10.1.0.1 10.1.0.2=two",
      "+ Service ext.shop ExternalName a.test",
    ];
    const before = new TestCluster();
    before.apply(...events);
    before.publisher.start();
    const after = new TestCluster();
    after.publisher.start();
    after.apply(...events);
    expect([...before.table.names].sort()).toEqual([...after.table.names].sort());
    expect(before.table.names.size).toBeGreaterThan(15);
  });

  it("begin with the apexes and the fixed names", () => {
    const cluster = new TestCluster({ zones: ["a.test.", "10.in-addr.arpa."] });
    cluster.publisher.start();
    expect(Object.fromEntries(cluster.table.names)).toEqual({
      "a.test.": "deferred",
      "10.in-addr.arpa.": "deferred",
      "svc.a.test.": "-",
      "pod.a.test.": "-",
      "dns.a.test.": "-",
      "dns-version.a.test.": "deferred",
      "ns.dns.a.test.": "deferred",
    });
  });

  it("stay as they are once following has stopped", () => {
    const cluster = new TestCluster();
    const stop = cluster.publisher.start();
    stop();
    cluster.apply(web);
    expect([...cluster.table.names.keys()]).not.toContain("web.shop.svc.cluster.local.");
  });
});

describe("the serial", () => {
  it("is the time of the last change that DNS shows", () => {
    const cluster = new TestCluster().sync();
    cluster.publisher.start();
    const serials = [web, web, "+ Service web.shop ClusterIP 10.0.0.2", "- Service web.shop"].map(
      (event) => {
        cluster.nowSeconds += 10;
        cluster.apply(event);
        return cluster.table.serial - 1_700_000_000;
      },
    );
    expect(serials).toEqual([10, 10, 30, 40]);
  });

  it("stays when only proxies see the change", () => {
    const cluster = new TestCluster().sync();
    cluster.publisher.start();
    cluster.apply(web);
    const { serial, writes } = cluster.table;
    cluster.nowSeconds += 10;
    const service = cluster.state.services.get("shop", "web") ?? plainService;
    const traffic = { ...plainTraffic, internalTrafficPolicy: "Local" } as const;
    cluster.state.apply("Service", [{ type: "upsert", object: { ...service, traffic } }]);
    expect([cluster.table.serial, cluster.table.writes]).toEqual([serial, writes]);
  });

  it("goes round after 32 bits", () => {
    const cluster = new TestCluster();
    cluster.nowSeconds = 2 ** 32 + 7;
    cluster.publisher.start();
    expect(cluster.table.serial).toBe(7);
  });
});

describe("the cost of a change", () => {
  const writesFor = (services: number, event: string): number => {
    const cluster = new TestCluster().sync();
    cluster.publisher.start();
    for (let n = 0; n < services; n++)
      cluster.apply(`+ Service web-${n}.shop ClusterIP 10.1.${n >> 8}.${n & 255} http/TCP/80`);
    cluster.apply("+ Service db.shop headless");
    const endpoints = Array.from({ length: 50 }, (_, n) => `10.2.0.${n + 1}=h${n}`);
    cluster.apply(`+ EndpointSlice a.shop of db IPv4 http/TCP/80 | ${endpoints.join(" ")}`);
    const before = cluster.table.writes;
    cluster.apply(event);
    return cluster.table.writes - before;
  };

  it.each([
    ["a new service", web, 4],
    ["another ClusterIP", "+ Service web-0.shop ClusterIP 10.9.0.9 http/TCP/80", 4],
    ["a pod nobody asked for", "+ Pod a.shop 10.2.0.1", 0],
    ["one endpoint more", `+ EndpointSlice b.shop of db IPv4 http/TCP/80 | 10.3.0.1=new`, 4],
  ])("%s: as many writes among 20 services as among 500", (_, event, writes) => {
    expect(writesFor(20, event)).toBe(writes);
    expect(writesFor(500, event)).toBe(writes);
  });
});

describe("what the slow path is told", () => {
  it("names, namespaces and synchronisation as published", () => {
    const cluster = new TestCluster();
    const { publisher, table } = cluster;
    publisher.start();
    cluster.apply(web, "+ EndpointSlice a.shop of web IPv4 | 10.1.0.1=one");
    expect(publisher.pointers("10.0.0.1")).toEqual(["web.shop.svc"]);
    expect(publisher.pointers("10.1.0.1")).toEqual(["one.web.shop.svc"]);
    expect(publisher.endpointNames("10.0.0.1")).toEqual([]);
    expect(publisher.endpointNames("10.1.0.1")).toEqual(["one.web.shop.svc"]);
    expect(["shop", "other"].map((name) => publisher.namespaceExists(name))).toEqual([true, false]);
    expect(table.has(nameToWire("web.shop.svc.cluster.local."))).toBe(true);
  });

  it("a slice without a service names nothing", () => {
    const cluster = new TestCluster();
    cluster.publisher.start();
    cluster.state.apply("EndpointSlice", [
      { type: "upsert", object: { ...slice("a.shop of web IPv4 | 10.1.0.1"), serviceName: "" } },
    ]);
    expect(cluster.publisher.endpointNames("10.1.0.1")).toEqual([]);
  });
});
