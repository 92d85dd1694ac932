import { expect, it } from "vitest";
import { FakeClock } from "#cluster/testing/fake-clock.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import type { Flow, FlowTable, UdpService } from "./contract.ts";
import { FlowCleaner } from "./flow-cleaner.ts";

const vip = { address: "10.96.0.10", port: 53 };
const backend = (last: number) => ({ address: `10.244.0.${last}`, port: 5353 });
const flowTo = (last: number): Flow => ({ originalDestination: vip, replySource: backend(last) });
const dns = (...backends: number[]): UdpService => ({
  namespace: "kube-system",
  name: "dns",
  ports: [{ frontends: [vip], backends: backends.map(backend) }],
});
const gone: UdpService = { namespace: "kube-system", name: "dns", ports: [] };

/** A table that takes 10 ms to read; reads fail as often as `failures` says. */
function rig(flows: readonly Flow[], failures = 0) {
  const held = new Set(flows);
  const waits: number[] = [];
  const clock = new FakeClock((durationMs) => waits.push(durationMs));
  const logger = new RecordingLogger();
  const cleaned: number[] = [];
  let reads = 0;
  const table: FlowTable = {
    async udpFlows() {
      clock.advance(10);
      if (reads++ < failures) throw new Error("the kernel is busy");
      return [...held];
    },
    delete: (flow) => held.delete(flow),
  };
  const cleaner = new FlowCleaner({
    family: 4,
    table,
    clock,
    logger,
    signal: new AbortController().signal,
    onCleaned: ({ deleted }) => cleaned.push(deleted),
  });
  const answering = () => [...held].map(({ replySource }) => replySource.address);
  return { cleaner, answering, cleaned, waits, logger, reads: () => reads };
}

it("finds at the start what a former process left, and keeps what lives", async () => {
  const { cleaner, answering, cleaned } = rig([flowTo(1), flowTo(2)]);
  cleaner.synced([dns(1)]);
  await cleaner.idle();
  expect(answering()).toEqual(["10.244.0.1"]);
  expect(cleaned).toEqual([1]);
});

it("reads the table for changes that can leave stale flows, not for others", async () => {
  const { cleaner, answering, reads } = rig([flowTo(1), flowTo(2)]);
  for (const [service, expected] of [
    [dns(1, 2), 1],
    [dns(1, 2), 1],
    [dns(1, 2, 3), 1],
    [{ ...gone, name: "web" }, 1],
    [dns(2, 3), 2],
    [gone, 3],
    [gone, 3],
  ] as const) {
    cleaner.synced([service]);
    await cleaner.idle();
    expect(reads()).toBe(expected);
  }
  expect(answering()).toEqual([]);
});

it("reads once for all changes that come meanwhile, as they are by then", async () => {
  const { cleaner, answering, reads, waits } = rig([flowTo(1), flowTo(2)]);
  cleaner.synced([dns(1, 2)]);
  cleaner.synced([dns(2)]);
  cleaner.synced([gone]);
  cleaner.synced([dns(1)]);
  await cleaner.idle();
  expect(answering()).toEqual(["10.244.0.1"]);
  expect(reads()).toBe(2);
  expect(waits).toEqual([190, 190]);
});

it("tries again until it has done what was asked", async () => {
  const { cleaner, answering, reads, waits, logger } = rig([flowTo(1), flowTo(2)], 3);
  cleaner.synced([dns(1)]);
  await cleaner.idle();
  expect(answering()).toEqual(["10.244.0.1"]);
  expect(reads()).toBe(4);
  expect(waits.slice(0, 3)).toEqual([5000, 5000, 5000]);
  expect(logger.lines.filter((line) => line.startsWith("warn"))).toEqual([
    "warn: stale UDP flows not deleted, trying again: the kernel is busy",
  ]);
});
