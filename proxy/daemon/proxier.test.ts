import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Service } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { plainNode, plainPort, plainService } from "#cluster/testing/slim.ts";
import { FakeNftables } from "#linux/nft/fake/fake.ts";
import { tableOf } from "../layout/base.ts";
import { Planner } from "../plan/planner.ts";
import { node, options } from "../plan/test-objects.ts";
import { FamilySync } from "../sync/family-sync.ts";
import { exampleOptions } from "../testing/three-services.ts";
import { Proxier } from "./proxier.ts";

const DELAY_MS = 200;

// However long a test takes, a Service is gone for no longer than the test says.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function service(name: string, address: string): Service {
  return { ...plainService, name, clusterIPs: [address], ports: [plainPort] };
}

async function scene(deletionDelayMs: number) {
  const state = createClusterState();
  state.replace("Node", [{ ...plainNode, name: node.name }]);
  state.replace("EndpointSlice", []);
  state.replace("Service", [service("web", "10.96.0.1")]);
  const nft = new FakeNftables();
  const silent = (): void => {};
  const sync = new FamilySync({
    nft,
    options: exampleOptions(4),
    observer: {
      onSynced: silent,
      onSyncFailed: silent,
      onCommit: silent,
      onRefused: ({ id }) => {
        throw new Error(`${id} was refused`);
      },
      onAudit: silent,
    },
    logger: new RecordingLogger(),
    nowMs: () => performance.now(),
    sleep: () => turn(),
  });
  const proxier = new Proxier({
    state,
    planner: new Planner({
      state,
      nodeName: node.name,
      options,
      factsOf: () => node,
      nowMs: () => Date.now(),
    }),
    syncs: new Map([[4, sync]]),
    deletionDelayMs,
    observer: { onPlanned: silent, onQueued: silent },
  });
  onTestFinished(async () => {
    proxier.stop();
    await sync.stop();
  });
  await proxier.start();
  return {
    state,
    sync,
    /** Addresses that the kernel answers for. */
    addresses: async () => {
      await sync.settled();
      const elements = await nft.elements(tableOf(4), "cluster_ips");
      return elements.map(({ key }) => key.join(".")).sort();
    },
    put: (...objects: readonly Service[]) =>
      state.apply(
        "Service",
        objects.map((object) => ({ type: "upsert", object })),
      ),
    remove: (name: string) => state.apply("Service", [{ type: "delete", namespace: "shop", name }]),
  };
}

test("a Service that is gone goes from the kernel at once where nothing is to stay", async () => {
  const { addresses, remove } = await scene(0);
  expect(await addresses()).toEqual(["10.96.0.1"]);
  remove("web");
  expect(await addresses()).toEqual([]);
});

test("else it stays for the time given, whatever becomes of others", async () => {
  const { addresses, put, remove } = await scene(DELAY_MS);
  remove("web");
  put(service("api", "10.96.0.2"));
  expect(await addresses()).toEqual(["10.96.0.1", "10.96.0.2"]);
  vi.advanceTimersByTime(2 * DELAY_MS);
  expect(await addresses()).toEqual(["10.96.0.2"]);
});

test("one that comes back stays", async () => {
  const { addresses, put, remove } = await scene(DELAY_MS);
  remove("web");
  put(service("web", "10.96.0.1"));
  vi.advanceTimersByTime(2 * DELAY_MS);
  expect(await addresses()).toEqual(["10.96.0.1"]);
});

test("one that comes back with another address leaves the old one", async () => {
  const { addresses, put, remove } = await scene(DELAY_MS);
  remove("web");
  put(service("web", "10.96.0.7"));
  expect(await addresses()).toEqual(["10.96.0.7"]);
});

test("its address is another's at once", async () => {
  const { addresses, put, remove, state } = await scene(DELAY_MS);
  remove("web");
  put(service("heir", "10.96.0.1"));
  expect(await addresses()).toEqual(["10.96.0.1"]);
  vi.advanceTimersByTime(2 * DELAY_MS);
  expect(await addresses()).toEqual(["10.96.0.1"]);
  expect(state.services.size).toBe(1);
});
