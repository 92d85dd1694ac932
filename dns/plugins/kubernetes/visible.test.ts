import { describe, expect, it } from "vitest";
import type { Endpoint, EndpointSlice, Service } from "#cluster/contract.ts";
import {
  plainEndpoint,
  plainPort,
  plainService,
  plainSlice,
  plainTraffic,
} from "#cluster/testing/slim.ts";
import { isServiceChangeVisible, isSliceChangeVisible } from "./visible.ts";

const service: Service = { ...plainService, clusterIPs: ["10.0.0.1"], ports: [plainPort] };
const endpoint: Endpoint = { ...plainEndpoint, addresses: ["10.1.0.1"] };
const slice: EndpointSlice = { ...plainSlice, endpoints: [endpoint], ports: [plainPort] };

describe("a Service", () => {
  it.each<[boolean, Partial<Service>]>([
    [true, { type: "NodePort" }],
    [true, { headless: true }],
    [true, { externalName: "db.example.org" }],
    [true, { clusterIPs: ["10.0.0.2"] }],
    [true, { ports: [{ ...plainPort, name: "web" }] }],
    [true, { ports: [{ ...plainPort, port: 81 }] }],
    [true, { ports: [{ ...plainPort, protocol: "UDP" }] }],
    [false, { ports: [{ ...plainPort, nodePort: 30_080 }] }],
    [false, { traffic: { ...plainTraffic, externalTrafficPolicy: "Local" } }],
    [false, { createdSeconds: 5 }],
  ])("shows: %s, %j", (visible, change) => {
    expect(isServiceChangeVisible({ before: service, after: { ...service, ...change } })).toBe(
      visible,
    );
  });
});

describe("an EndpointSlice", () => {
  const endpoints = (change: Partial<Endpoint>) => ({ endpoints: [{ ...endpoint, ...change }] });
  it.each<[boolean, Partial<EndpointSlice>]>([
    [true, { serviceName: "db" }],
    [true, { addressType: "IPv6" }],
    [true, { ports: [] }],
    [true, { endpoints: [] }],
    [true, endpoints({ addresses: ["10.1.0.2"] })],
    [true, endpoints({ ready: false })],
    [true, endpoints({ hostname: "web-0" })],
    [true, endpoints({ podName: "web-0" })],
    [false, endpoints({ serving: false })],
    [false, endpoints({ terminating: true })],
    [false, endpoints({ nodeName: "n2" })],
    [false, endpoints({ hints: { forZones: ["a"], forNodes: [] } })],
    [false, { hasHeadlessLabel: true }],
  ])("shows: %s, %j", (visible, change) => {
    expect(isSliceChangeVisible({ before: slice, after: { ...slice, ...change } })).toBe(visible);
  });
});
