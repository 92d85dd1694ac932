import { expect, it } from "vitest";
import { planService } from "../plan/service-plan.ts";
import { node, options, service, slice } from "../plan/test-objects.ts";
import { udpServiceOf } from "./udp-service.ts";

it("names every frontend of UDP ports, and every endpoint that serves, near or far, ready or draining", () => {
  const dns = service("dns.kube-system NodePort 10.0.0.10 dns/UDP/53>30053 tcp/TCP/53", {
    externalIPs: ["203.0.113.7"],
    internalTrafficPolicy: "Local",
  });
  const slices = [
    slice(
      "a.kube-system of dns IPv4 dns/UDP/5353 | 10.1.0.1@n1[a] 10.1.0.2@n2[b] 10.1.0.3@n2~ 10.1.0.4@n1!",
    ),
    slice("b.kube-system of dns IPv4 tcp/TCP/5353 | 10.1.0.1@n1 10.1.0.9@n1"),
  ];
  const moment = { nowMs: 0, bornMs: () => undefined };
  const plan = planService({ service: dns, slices, node, options, moment, triggeredMs: undefined });
  const ports = plan?.ports ?? [];
  const udp = udpServiceOf({ namespace: "kube-system", name: "dns", ports }, slices);
  const text = udp.ports.map((port) => ({
    frontends: port.frontends.map((it) => `${it.address} ${it.port}`).sort(),
    backends: port.backends.map((it) => `${it.address} ${it.port}`),
  }));
  expect(text).toEqual([
    {
      frontends: ["10.0.0.10 53", "192.0.2.1 30053", "203.0.113.7 53"],
      backends: ["10.1.0.1 5353", "10.1.0.2 5353", "10.1.0.3 5353"],
    },
  ]);
});
