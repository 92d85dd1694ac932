import { describe, expect, it } from "vitest";
import type { LoadedBlock, PluginInstance } from "../contract.ts";
import { createRouter } from "./router.ts";

const plugin = (name: string): PluginInstance => ({ name, fastPath: { kind: "transparent" } });

/** A block of the zones on the listeners, told apart by its one plugin. */
function block(name: string, servers: readonly string[], zones: readonly string[]): LoadedBlock {
  const position = { file: "Corefile", line: 1 };
  return {
    block: { position, addresses: [], directives: [] },
    zones,
    served: servers.flatMap((server) =>
      zones.map((zone) => ({ server, host: "", port: 53, zone })),
    ),
    instances: [plugin(name)],
  };
}

const router = createRouter([
  block("root", ["dns://:53"], ["."]),
  block("cluster", ["dns://:53", "dns://:5353"], ["cluster.local.", "in-addr.arpa."]),
  block("stub", ["dns://:53"], ["stub.cluster.local."]),
  block("chaos", ["dns://:9953"], ["."]),
]);

describe("route", () => {
  it.each([
    ["dns://:53", "web.shop.svc.cluster.local.", "cluster in cluster.local."],
    ["dns://:53", "cluster.local.", "cluster in cluster.local."],
    ["dns://:53", "WEB.Cluster.LOCAL.", "cluster in cluster.local."],
    ["dns://:53", "a.stub.cluster.local.", "stub in stub.cluster.local."],
    ["dns://:53", "astub.cluster.local.", "cluster in cluster.local."],
    ["dns://:53", "mycluster.local.", "root in ."],
    ["dns://:53", "local.", "root in ."],
    ["dns://:53", ".", "root in ."],
    // A dot within a label is no border between labels.
    ["dns://:53", "a\\.cluster.local.", "root in ."],
    ["dns://:53", "1.0.0.10.in-addr.arpa.", "cluster in in-addr.arpa."],
    ["dns://:5353", "cluster.local.", "cluster in cluster.local."],
    ["dns://:5353", "example.org.", "nobody"],
    ["dns://:5353", ".", "nobody"],
    ["dns://:54", "cluster.local.", "nobody"],
  ])("on %s %s goes to %s", (server, name, expected) => {
    const route = router.route(server, name);
    const found = route === undefined ? "nobody" : `${route.instances[0]?.name} in ${route.zone}`;
    expect(found).toBe(expected);
  });

  it("says which blocks take other classes", () => {
    const takes = (server: string) => router.route(server, "version.bind.")?.takesAllClasses;
    expect([takes("dns://:53"), takes("dns://:9953")]).toEqual([false, true]);
  });
});
