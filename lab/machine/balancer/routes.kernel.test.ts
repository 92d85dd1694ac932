import { afterEach, beforeEach, expect, test } from "vitest";
import { createAnonymousNamespace } from "#linux/namespace/anonymous.ts";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { addAddress } from "#linux/netlink/route/address.ts";
import { createLink } from "#linux/netlink/route/link.ts";
import { addRoute } from "#linux/netlink/route/route.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { applyBalancer } from "./routes.ts";

describeWhere(["namespaces"], "routes to LoadBalancer addresses", () => {
  let namespace: NetworkNamespace;
  let route: RouteSocket;
  let linkIndex: number;
  const [one, two, three] = ["172.30.0.2", "172.30.0.3", "172.30.0.4"];

  beforeEach(() => {
    namespace = createAnonymousNamespace();
    route = openRoute({ namespacePath: `/proc/self/fd/${namespace.fd}` });
    route.apply(createLink({ kind: "bridge", name: "underlay", up: true }));
    linkIndex = route.link("underlay")?.index ?? 0;
    route.apply(addAddress({ linkIndex, address: "172.30.0.1/24" }));
  });
  afterEach(() => {
    route.close();
    namespace.close();
  });

  /** Destination and gateways of all routes that are no part of the link's own network. */
  const present = () =>
    Object.fromEntries(
      route
        .routes({ family: 4, table: 254 })
        .filter(({ destination }) => destination.endsWith("/32"))
        .map(({ destination, gateway, nextHops }) => [
          destination,
          gateway ?? nextHops.map((hop) => hop.gateway).join(),
        ]),
    );
  const apply = (plan: Readonly<Record<string, readonly string[]>>): void =>
    applyBalancer(route, linkIndex, new Map(Object.entries(plan)));

  test("come, change and go; what others made stays", () => {
    route.apply(addRoute({ destination: "172.30.1.99/32", gateway: one, linkIndex }));
    apply({ "172.30.1.1": [one, two], "172.30.1.2": [three] });
    expect(present()).toEqual({
      "172.30.1.1/32": `${one},${two}`,
      "172.30.1.2/32": three,
      "172.30.1.99/32": one,
    });
    apply({ "172.30.1.1": [two], "172.30.1.3": [one, two, three] });
    expect(present()).toEqual({
      "172.30.1.1/32": two,
      "172.30.1.3/32": `${one},${two},${three}`,
      "172.30.1.99/32": one,
    });
    apply({});
    expect(present()).toEqual({ "172.30.1.99/32": one });
  });
});
