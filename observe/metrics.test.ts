import { expect, test } from "vitest";
import { createMetricsRegistry, registerBuildInfo } from "./metrics.ts";

test.each([
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "process_open_fds",
  "process_max_fds",
  "process_start_time_seconds",
])("%s is exported with a value above 0", async (name) => {
  const text = await createMetricsRegistry().metrics();
  const [, value] = new RegExp(`^${name} (\\S+)$`, "m").exec(text) ?? [];
  expect(Number(value)).toBeGreaterThan(0);
});

test("build info names version, revision and runtime", async () => {
  const registry = createMetricsRegistry();
  registerBuildInfo(registry, "part_build_info", { version: "1.2.3", revision: "abc" });
  expect(await registry.getSingleMetricAsString("part_build_info")).toContain(
    `part_build_info{version="1.2.3",revision="abc",goversion="node${process.versions.node}"} 1`,
  );
});
