import { describe, expect, it } from "vitest";
import { Exposure } from "./exposure.ts";
import { TestCluster } from "./test-cluster.ts";

describe("Exposure", () => {
  const seen = { exposes: true, exists: true };
  const unseen = { exposes: true, exists: false };
  const hidden = { exposes: false, exists: false };

  it.each([
    { options: {}, shop: seen, other: seen, unknown: unseen },
    { options: { namespaces: ["shop", "unknown"] }, shop: seen, other: hidden, unknown: unseen },
    // The watch selects: what is not in the state does not match.
    { options: { namespaceLabelSelector: "a=b" }, shop: seen, other: seen, unknown: hidden },
  ])("$options", ({ options, shop, other, unknown }) => {
    const cluster = new TestCluster(options);
    cluster.apply("+ Namespace shop", "+ Namespace other");
    const exposure = new Exposure(cluster.state, cluster.options);
    const of = (name: string) => ({
      exposes: exposure.exposes(name),
      exists: exposure.exists(name),
    });
    expect({ shop: of("shop"), other: of("other"), unknown: of("unknown") }).toEqual({
      shop,
      other,
      unknown,
    });
  });
});
