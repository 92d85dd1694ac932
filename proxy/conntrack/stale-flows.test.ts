import { describe, expect, it } from "vitest";
import type { Flow, FlowTarget, SocketAddress, UdpPort } from "./contract.ts";
import { mayBeStale, staleFlows, withdrawn } from "./stale-flows.ts";

/** "10.0.0.1 53" */
function at(text: string): SocketAddress {
  const [address = "", port] = text.split(" ");
  return { address, port: Number(port) };
}

/** "VIP 53, NODE 30053 -> POD 5353, POD 5353": frontends, then backends. */
function port(text: string): UdpPort {
  const [frontends = [], backends = []] = text
    .split("->")
    .map((side) => side.split(",").flatMap((one) => (one.trim() === "" ? [] : [at(one.trim())])));
  return { frontends, backends };
}

const flow = (destination: string, answering: string): Flow => ({
  originalDestination: at(destination),
  replySource: at(answering),
});

const dns = port(
  "10.96.0.10 53, 203.0.113.7 53, 192.168.1.5 30053 -> 10.244.0.2 5353, 10.244.1.3 5353",
);
const hostNetwork = port("10.96.0.20 30054, 192.168.1.5 30054 -> 192.168.1.5 30054");
const empty = port("10.96.0.30 53 ->");
const v6 = port("fd00::10 53 -> fd00:1::2 5353");
const gone: FlowTarget = {
  frontends: [at("10.96.0.40 53"), at("192.168.1.5 30055"), at("10.96.0.10 53")],
  backends: "withdrawn",
};

describe("staleFlows", () => {
  it.each<[string, Flow, boolean]>([
    ["a flow to a live endpoint", flow("10.96.0.10 53", "10.244.0.2 5353"), false],
    ["one by the external IP", flow("203.0.113.7 53", "10.244.1.3 5353"), false],
    ["one by the nodePort", flow("192.168.1.5 30053", "10.244.1.3 5353"), false],
    ["one to an endpoint that has gone", flow("10.96.0.10 53", "10.244.0.9 5353"), true],
    ["the same by the nodePort", flow("192.168.1.5 30053", "10.244.0.9 5353"), true],
    ["one to the port that the endpoint had", flow("10.96.0.10 53", "10.244.0.2 53"), true],
    ["one from before there was a rule", flow("10.96.0.10 53", "10.96.0.10 53"), true],
    ["the same by the external IP", flow("203.0.113.7 53", "203.0.113.7 53"), true],
    ["one to a process on the node", flow("192.168.1.5 30053", "192.168.1.5 30053"), true],
    ["another port of the ClusterIP", flow("10.96.0.10 123", "10.96.0.10 123"), false],
    [
      "the nodePort at an address that does not answer it",
      flow("172.16.0.1 30053", "172.16.0.1 30053"),
      false,
    ],
    ["a pod asked directly", flow("10.244.0.9 5353", "10.244.0.9 5353"), false],
    ["somebody else's", flow("198.51.100.1 443", "198.51.100.1 443"), false],
    [
      "an endpoint that is the frontend itself",
      flow("192.168.1.5 30054", "192.168.1.5 30054"),
      false,
    ],
    ["one to a Service without endpoints", flow("10.96.0.30 53", "10.244.0.2 5353"), true],
    ["IPv6, live", flow("fd00::10 53", "fd00:1::2 5353"), false],
    ["IPv6, gone", flow("fd00::10 53", "fd00:1::9 5353"), true],
    ["one by an address withdrawn", flow("10.96.0.40 53", "10.244.0.2 5353"), true],
    ["a process's at a nodePort withdrawn", flow("192.168.1.5 30055", "192.168.1.5 30055"), false],
  ])("%s", (_case, one, isStale) => {
    // In either order: an address withdrawn by one Service may be another's now.
    for (const targets of [
      [dns, hostNetwork, empty, v6, gone],
      [gone, v6, empty, hostNetwork, dns],
    ])
      expect(staleFlows([one], targets)).toEqual(isStale ? [one] : []);
  });
});

describe("a change", () => {
  it.each<[string, string[], string[], string[], boolean]>([
    ["a new Service", [], ["V 53 -> P 1"], [], true],
    ["nothing", ["V 53 -> P 1"], ["V 53 -> P 1"], [], false],
    ["one backend more", ["V 53 -> P 1"], ["V 53 -> P 1, Q 1"], [], false],
    ["the first backend", ["V 53 ->"], ["V 53 -> P 1"], [], true],
    ["one backend less", ["V 53 -> P 1, Q 1"], ["V 53 -> P 1"], [], true],
    ["the last backend", ["V 53 -> P 1"], ["V 53 ->"], [], true],
    ["a backend's port", ["V 53 -> P 1"], ["V 53 -> P 2"], [], true],
    ["a frontend more", ["V 53 -> P 1"], ["V 53, N 3 -> P 1"], [], true],
    ["a frontend less", ["V 53, N 3 -> P 1"], ["V 53 -> P 1"], ["N 3"], false],
    ["another nodePort", ["V 53, N 3 -> P 1"], ["V 53, N 4 -> P 1"], ["N 3"], true],
    ["the Service's end", ["V 53, N 3 -> P 1"], [], ["V 53", "N 3"], false],
    [
      "a frontend that changes ports",
      ["V 53 -> P 1", "V 54 -> P 1"],
      ["V 54 -> P 1"],
      ["V 53"],
      false,
    ],
  ])("%s", (_case, before, after, left, stale) => {
    const was = before.map(port);
    const service = { namespace: "default", name: "dns", ports: after.map(port) };
    expect(withdrawn(was, service.ports)).toEqual(left.map(at));
    expect(mayBeStale(was, service)).toBe(stale);
  });
});
