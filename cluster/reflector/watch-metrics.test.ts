import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { createReflectorMetrics } from "./metrics.ts";
import { createClusterWatchMetrics } from "./watch-metrics.ts";

it("shows what each reflector has counted, and ages only of what has happened", async () => {
  const services = createReflectorMetrics("Service");
  Object.assign(services, { lists: 2, events: 7, bytes: 4096, lastEventMs: 8500 });
  services.relists.expired = 1;
  const registry = new Registry();
  const follow = createClusterWatchMetrics(registry, () => 10_000);
  const shown = async () => {
    const lines = (await registry.metrics()).split("\n");
    return lines.filter((line) => !line.startsWith("#") && !/^$| 0$/.test(line)).sort();
  };
  const forget = follow({ host: "api:443", metrics: [services] });
  expect(await shown()).toEqual([
    'fairlead_watch_bytes_total{kind="Service",host="api:443"} 4096',
    'fairlead_watch_events_total{kind="Service",host="api:443"} 7',
    'fairlead_watch_last_event_age_seconds{kind="Service",host="api:443"} 1.5',
    'fairlead_watch_lists_total{kind="Service",host="api:443"} 2',
    'fairlead_watch_relists_total{kind="Service",host="api:443",reason="expired"} 1',
  ]);
  forget();
  expect(await shown()).toEqual([]);
});
