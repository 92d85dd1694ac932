import { expect, test } from "vitest";
import type { ProgrammedService, ProgrammedServices, Service } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { plainPort, plainService, plainSlice } from "#cluster/testing/slim.ts";
import { ProgrammedGate } from "./gate.ts";

const LONGEST_WAIT_MS = 5_000;

/** A datapath that has what the test says it has. */
class Datapath implements ProgrammedServices {
  readonly #revisions = new Map<string, number>();
  #listener: (services: readonly ProgrammedService[]) => void = () => {};

  revisionOf(namespace: string, name: string): number | undefined {
    return this.#revisions.get(`${namespace}/${name}`);
  }

  onProgrammed(listener: (services: readonly ProgrammedService[]) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }

  program(name: string, revision: number): void {
    this.#revisions.set(`shop/${name}`, revision);
    this.#listener([{ namespace: "shop", name, revision }]);
  }
}

function service(name: string, address: string, more: Partial<Service> = {}): Service {
  return { ...plainService, name, clusterIPs: [address], ports: [plainPort], ...more };
}

function scene() {
  const state = createClusterState();
  for (const kind of ["Namespace", "EndpointSlice", "Pod", "Node", "ServiceCIDR"] as const)
    state.replace(kind, []);
  const logger = new RecordingLogger();
  let nowMs = 0;
  let due: { readonly atMs: number; readonly run: () => void } | undefined;
  const gate = new ProgrammedGate({
    state,
    longestWaitMs: LONGEST_WAIT_MS,
    nowMs: () => nowMs,
    schedule: (delayMs, run) => {
      due = { atMs: nowMs + delayMs, run };
      return () => {
        due = undefined;
      };
    },
    logger,
  });
  const datapath = new Datapath();
  return {
    state,
    gate,
    datapath,
    logger,
    put: (...objects: readonly Service[]) => {
      state.apply(
        "Service",
        objects.map((object) => ({ type: "upsert", object })),
      );
      return state.revision;
    },
    remove: (name: string) => state.apply("Service", [{ type: "delete", namespace: "shop", name }]),
    advance: (byMs: number) => {
      nowMs += byMs;
      const past = due !== undefined && due.atMs <= nowMs ? due : undefined;
      if (past === undefined) return;
      due = undefined;
      past.run();
    },
    /** Names and ClusterIPs that DNS would show. */
    seen: () =>
      Array.from(gate.state.services.values(), ({ name, clusterIPs }) =>
        [name, ...clusterIPs].join(" "),
      ).sort(),
  };
}

test("nothing is seen, nor counts as listed, before the gate opens", () => {
  const { state, gate, datapath, put, seen } = scene();
  state.replace("Service", [service("web", "10.96.0.1")]);
  put(service("db", "None", { headless: true, clusterIPs: [] }));
  datapath.program("web", state.revision);
  expect(seen()).toEqual([]);
  expect(gate.state.hasSynced()).toBe(false);
  gate.open(datapath);
  expect(seen()).toEqual(["db", "web 10.96.0.1"]);
  expect(gate.state.hasSynced()).toBe(true);
});

test("a new Service is seen from the revision on that the datapath carries", () => {
  const { gate, datapath, put, seen } = scene();
  gate.open(datapath);
  const revision = put(service("web", "10.96.0.1"));
  expect(seen()).toEqual([]);
  datapath.program("web", revision - 1);
  expect(seen()).toEqual([]);
  datapath.program("web", revision);
  expect(seen()).toEqual(["web 10.96.0.1"]);
});

test("a changed Service is seen as it was until the datapath carries the change", () => {
  const { gate, datapath, put, seen } = scene();
  gate.open(datapath);
  datapath.program("web", put(service("web", "10.96.0.1")));
  const revision = put(service("web", "10.96.0.9"));
  expect(seen()).toEqual(["web 10.96.0.1"]);
  datapath.program("web", revision);
  expect(seen()).toEqual(["web 10.96.0.9"]);
});

test("a Service that is gone is gone at once, whether it was seen or waited", () => {
  const { gate, datapath, put, remove, seen } = scene();
  gate.open(datapath);
  datapath.program("web", put(service("web", "10.96.0.1")));
  const revision = put(service("api", "10.96.0.2"));
  remove("web");
  remove("api");
  expect(seen()).toEqual([]);
  datapath.program("api", revision);
  expect(seen()).toEqual([]);
});

test("one that comes again waits again", () => {
  const { gate, datapath, put, remove, seen } = scene();
  gate.open(datapath);
  datapath.program("web", put(service("web", "10.96.0.1")));
  remove("web");
  const revision = put(service("web", "10.96.0.7"));
  expect(seen()).toEqual([]);
  datapath.program("web", revision);
  expect(seen()).toEqual(["web 10.96.0.7"]);
});

test.each([
  ["headless", { headless: true, clusterIPs: [] }],
  ["of type ExternalName", { type: "ExternalName" as const, clusterIPs: [] }],
  ["of another proxy", { traffic: { ...plainService.traffic, proxyName: "other" } }],
])("one that is %s waits for nothing", (_, more) => {
  const { gate, datapath, put, seen } = scene();
  gate.open(datapath);
  put(service("db", "10.96.0.3", more));
  expect(seen()).toHaveLength(1);
});

test("endpoints pass as they come", () => {
  const { state, gate, datapath } = scene();
  gate.open(datapath);
  state.apply("EndpointSlice", [{ type: "upsert", object: plainSlice }]);
  expect(gate.state.slicesOfService("shop", "web")).toEqual([plainSlice]);
});

test("a Service that cannot be programmed is seen after a bounded time, and reported, and delays no other", () => {
  const { gate, datapath, put, seen, advance, logger } = scene();
  gate.open(datapath);
  put(service("bad", "10.96.0.1"));
  advance(3_000);
  const revision = put(service("web", "10.96.0.2"));
  datapath.program("web", revision);
  expect(seen()).toEqual(["web 10.96.0.2"]);
  // Changes meanwhile do not prolong it.
  put(service("bad", "10.96.0.8"));
  advance(1_999);
  expect(seen()).toEqual(["web 10.96.0.2"]);
  advance(1);
  expect(seen()).toEqual(["bad 10.96.0.8", "web 10.96.0.2"]);
  expect(logger.lines).toEqual([
    "warn: not programmed on this node after 5 s: its name is answered all the same",
  ]);
});
