import { Registry } from "prom-client";
import { expect, onTestFinished, test } from "vitest";
import { createHttpListener } from "#observe/http.ts";
import { createLogger } from "#observe/logger.ts";
import { load, outcome, setUp, testProcess } from "#test/support/plugin.ts";
import { createHealthMetrics } from "./metrics.ts";
import { probe, probeUntil } from "./probe.ts";
import { plugin } from "./setup.ts";

test.each([
  ["health", "ok"],
  ["health localhost:8091", "ok"],
  ["health [::1]:8091 {\n lameduck 1m30s\n}", "ok"],
  ["health :8091\nhealth :8092", "ok"],
  [
    "health 8091",
    "Corefile:2: health '8091' is no address; it should look like :8080, localhost:8080 or [::1]:8080",
  ],
  [
    "health :99999",
    "Corefile:2: health ':99999' is no address; it should look like :8080, localhost:8080 or [::1]:8080",
  ],
  ["health [a]:80", "Corefile:2: health '[a]:80' has no IPv6 address between its brackets"],
  ["health :1 :2", "Corefile:2: ':2' is too many; it is written: health [ADDRESS]"],
  [
    "health {\n lameduk 5s\n}",
    "Corefile:3: 'lameduk' is unknown in health; did you mean 'lameduck'? accepted: lameduck",
  ],
  [
    "health {\n lameduck\n}",
    "Corefile:3: 'lameduck' wants more words; it is written: lameduck DURATION",
  ],
  [
    "health {\n lameduck 5\n}",
    "Corefile:3: lameduck '5' is no duration; it should look like 5s, 1m30s or 500ms",
  ],
  ["health {\n lameduck 5s {\n  x\n }\n}", "Corefile:3: 'lameduck' in health takes no block"],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

test("a second directive wins, with a warning", () => {
  const process = testProcess();
  setUp(plugin, "health :8091\nhealth :8092", process);
  expect(process.log).toEqual([
    "[WARNING] health stands 2 times in one server block; the last one counts file=Corefile line=3",
  ]);
});

test("/health is OK from start to stop, in lameduck too", async () => {
  const process = testProcess();
  const health = setUp(plugin, "health 127.0.0.1:23108 {\n lameduck 20ms\n}", process);
  onTestFinished(() => health.stop?.());
  const ask = async () => (await fetch("http://127.0.0.1:23108/health")).text();
  await expect(ask()).rejects.toThrow();
  await health.start?.();
  expect(await ask()).toBe("OK");
  const lameduck = health.beforeShutdown?.();
  expect(await ask()).toBe("OK");
  await lameduck;
  expect(process.log).toEqual([
    "[INFO] plugin/health: lameduck for 20ms: still answering, no longer ready",
  ]);
  expect(await ask()).toBe("OK");
  await health.stop?.();
  expect(await ask()).not.toBe("OK");
});

test("blocks that name one address share it", async () => {
  const { services } = testProcess();
  const blocks = load(
    ". {\n health 127.0.0.1:23109\n}\na.test {\n health 127.0.0.1:23109\n}",
    [{ name: "health", plugin }],
    services,
  );
  const instances = blocks.flatMap((block) => block.instances);
  await Promise.all(instances.map((instance) => instance.start?.()));
  await Promise.all(instances.map((instance) => instance.stop?.()));
  expect(instances).toHaveLength(2);
});

function probing(port: number) {
  const log: string[] = [];
  const metrics = createHealthMetrics(new Registry());
  const stopped = new AbortController();
  const logger = createLogger({ print: (line) => log.push(line) });
  return {
    log,
    metrics,
    stopped,
    options: { url: `http://127.0.0.1:${port}/health`, metrics, logger, signal: stopped.signal },
  };
}

async function numbers({ metrics }: ReturnType<typeof probing>) {
  const { values } = await metrics.duration.get();
  const count = values.find(({ metricName }) => metricName?.endsWith("_count"))?.value;
  return { count, failures: (await metrics.failures.get()).values[0]?.value };
}

test("a probe that is answered is measured", async () => {
  const http = createHttpListener({ host: "127.0.0.1", port: 0 });
  http.route("/health", () => ({ status: 200, body: "OK" }));
  const probed = probing((await http.listen()).port);
  onTestFinished(() => http.close());
  await probe(probed.options);
  expect(await numbers(probed)).toEqual({ count: 1, failures: 0 });
  expect(probed.log).toEqual([]);
});

test("a probe that fails is measured, counted and logged", async () => {
  const probed = probing(23110);
  await probe(probed.options);
  expect(await numbers(probed)).toEqual({ count: 1, failures: 1 });
  expect(probed.log).toEqual([
    expect.stringMatching(/^\[WARNING\] the process does not answer .*ECONNREFUSED/),
  ]);
});

test("probing ends in silence when it is stopped", async () => {
  const probed = probing(23110);
  const probes = probeUntil(probed.options);
  probed.stopped.abort();
  await probes;
  await probe(probed.options);
  expect(await numbers(probed)).toEqual({ count: 0, failures: 0 });
  expect(probed.log).toEqual([]);
});
