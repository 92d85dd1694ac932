import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { collectedCounter, collectedHistogram } from "./collected.ts";

test("a counter is read when asked, and adds up what has the same labels", async () => {
  const registry = new Registry();
  let queries = 1;
  collectedCounter({
    registry,
    name: "queries_total",
    help: "Queries.",
    labelNames: ["zone", "type"],
    collect: (emit) => {
      emit([".", "A"], queries);
      emit([".", "A"], 10);
      emit([".", "AAAA"], 5);
    },
  });
  queries = 2;
  expect(await registry.metrics()).toBe(
    '# HELP queries_total Queries.\n# TYPE queries_total counter\nqueries_total{zone=".",type="A"} 12\nqueries_total{zone=".",type="AAAA"} 5\n',
  );
});

test("a histogram accumulates its buckets", async () => {
  const registry = new Registry();
  collectedHistogram({
    registry,
    name: "size_bytes",
    help: "Sizes.",
    labelNames: ["proto"],
    bounds: [100, 200],
    collect: (emit) => {
      emit(["udp"], [1, 2, 3], 1500);
      emit(["udp"], Float64Array.of(1, 0, 0), 50);
    },
  });
  expect((await registry.metrics()).split("\n").slice(2)).toEqual([
    'size_bytes_bucket{proto="udp",le="100"} 2',
    'size_bytes_bucket{proto="udp",le="200"} 4',
    'size_bytes_bucket{proto="udp",le="+Inf"} 7',
    'size_bytes_sum{proto="udp"} 1550',
    'size_bytes_count{proto="udp"} 7',
    "",
  ]);
});

test("a family without numbers shows that it exists", async () => {
  const registry = new Registry();
  collectedCounter({
    registry,
    name: "none_total",
    help: "None.",
    labelNames: [],
    collect: () => {},
  });
  expect(await registry.metrics()).toBe("# HELP none_total None.\n# TYPE none_total counter\n");
});
