import { describe, expect, test } from "vitest";
import { hasEndpoints, mix, mixService, mixSlice } from "./mix.ts";
import { chainPerEndpoint, mapPerService } from "./rival-rules.ts";

interface Spec {
  readonly clusterIP: string;
  readonly ports: readonly { readonly nodePort?: number }[];
}

describe("the mix", () => {
  const specs = [...mix(15_000)].map(({ service }) => service.spec as Spec);

  test("deals no address and no NodePort twice", () => {
    const nodePorts = specs.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => nodePort ?? []));
    expect(new Set(specs.map(({ clusterIP }) => clusterIP)).size).toBe(specs.length);
    expect(new Set(nodePorts).size).toBe(nodePorts.length);
    expect(nodePorts).toHaveLength(2_700);
    expect(Math.max(...nodePorts)).toBeLessThanOrEqual(32_767);
  });

  test("names a Service and its slice alike", () => {
    const { service, slice } = mixService(7);
    expect(slice.metadata.labels).toEqual({
      "kubernetes.io/service-name": service.metadata.name,
    });
  });

  const addresses = (slice: ReturnType<typeof mixSlice>): readonly unknown[] =>
    (slice.endpoints as readonly { readonly addresses: readonly string[] }[]).flatMap(
      (endpoint) => endpoint.addresses,
    );

  test("a shift moves the last endpoint alone, a count takes it away", () => {
    const before = addresses(mixSlice(3));
    expect(before).toHaveLength(5);
    expect(addresses(mixSlice(3, { shift: 1 })).slice(0, 4)).toEqual(before.slice(0, 4));
    expect(addresses(mixSlice(3, { shift: 1 }))[4]).not.toBe(before[4]);
    expect(addresses(mixSlice(3, { endpoints: 4 }))).toEqual(before.slice(0, 4));
  });

  test("one in a hundred has no endpoints", () => {
    expect(hasEndpoints(99)).toBe(false);
    expect(addresses(mixSlice(99))).toEqual([]);
  });
});

describe("rival rules", () => {
  const rows = [
    [chainPerEndpoint, "add rule ip rival ep-2-4 meta l4proto tcp dnat to 10.100.0.15:8080"],
    [mapPerService, "3 : 10.100.0.14 . 8080, 4 : 10.100.0.15 . 8080"],
  ] as const;
  test.each(rows)("$name has every Service and every endpoint", (shape, words) => {
    const text = shape.load(3);
    expect(text).toContain(words);
    expect(text.match(/^add element .* goto svc-\d/gm)).toHaveLength(3);
  });

  test("a removed chain has nothing that leads to it", () => {
    const lines = chainPerEndpoint.resize(1, 5, 4).trimEnd().split("\n");
    expect(lines.at(-1)).toBe("delete chain ip rival ep-1-4");
    expect(lines.some((line) => line.includes("goto ep-1-4"))).toBe(false);
  });
});
