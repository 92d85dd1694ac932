/** The proxy's own table, planned, laid out and committed in the namespace that this program is started in. */
import { setImmediate as turn } from "node:timers/promises";
import type { ClusterState, StateWriter } from "#cluster/contract.ts";
import { decodeObject } from "#cluster/objects/decode.ts";
import { Pool } from "#cluster/objects/pool.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { createLogger } from "#observe/logger.ts";
import { Proxier } from "#proxy/daemon/proxier.ts";
import { nodeFacts } from "#proxy/plan/node-facts.ts";
import { Planner } from "#proxy/plan/planner.ts";
import type { CommitReport } from "#proxy/sync/contract.ts";
import { FamilySync } from "#proxy/sync/family-sync.ts";
import { answerCalls } from "../../calls.ts";
import type { ChangeFigures, ChangeKind, ProbeService, StartFigures } from "../contract.ts";
import {
  endpointsPerService,
  mix,
  mixService,
  mixSlice,
  nodeName,
  probeObjects,
  serviceCidr,
} from "../data/mix.ts";

interface StartRequest {
  readonly services: number;
  readonly probes?: readonly ProbeService[];
}

interface ChangeRequest {
  readonly kind: ChangeKind;
  /** Of the Services that change together. */
  readonly indexes: readonly number[];
  /** Tells one change of a Service from the one before. */
  readonly round: number;
}

interface Running {
  readonly state: StateWriter & ClusterState;
  readonly sync: FamilySync;
}

const pool = new Pool();
const nft = openNftables();
const commits: CommitReport[] = [];
let running: Running | undefined;

const silent = (): void => {};
const logger = createLogger({ level: "warn", print: (line) => process.stderr.write(line) });

/** Makes the table, or takes over the one that is there. */
async function start({ services, probes = [] }: StartRequest): Promise<StartFigures> {
  const state = createClusterState();
  const sync = new FamilySync({
    nft,
    options: {
      family: 4,
      endpointCounters: false,
      masqueradeAll: false,
      localTraffic: { kind: "cidrs", cidrs: ["10.244.0.0/16", "10.100.0.0/14"] },
      serviceCidrs: [serviceCidr],
      affinityEntries: 262_144,
    },
    observer: {
      onSynced: silent,
      onSyncFailed: () => logger.error({}, "a sync failed"),
      onCommit: (commit) => commits.push(commit),
      onRefused: ({ id }, refusal) => logger.error({ id, refusal }, "refused"),
      onAudit: silent,
    },
    logger,
    nowMs: () => performance.now(),
    // What changes is measured one by one: nothing is gathered.
    sleep: () => turn(),
  });
  // As the daemon does it while the lists come.
  await sync.readAhead();
  fill(state, services, probes);
  const planner = new Planner({
    state,
    nodeName,
    options: { masqueradeAll: false, serviceProxyName: "" },
    factsOf: (node) =>
      nodeFacts({
        name: nodeName,
        node,
        interfaceAddresses: ["192.168.50.2"],
        selection: { primary: true, cidrs: [] },
      }),
    nowMs: () => Date.now(),
  });
  let plannedMs = 0;
  const proxier = new Proxier({
    state,
    planner,
    syncs: new Map([[4, sync]]),
    deletionDelayMs: 0,
    observer: {
      onQueued: silent,
      onPlanned: () => {
        plannedMs = performance.now();
      },
    },
  });
  commits.length = 0;
  const startMs = performance.now();
  await proxier.start();
  const endMs = performance.now();
  running = { state, sync };
  return { planMs: plannedMs - startMs, programMs: endMs - plannedMs, ...committed() };
}

function fill(state: StateWriter, services: number, probes: readonly ProbeService[]): void {
  const objects = function* () {
    yield* mix(services);
    for (const probe of probes) yield probeObjects(probe);
  };
  const decode = function* <K extends "Service" | "EndpointSlice">(
    kind: K,
    part: "service" | "slice",
  ) {
    for (const both of objects()) yield decodeObject(kind, both[part], pool);
  };
  const node = {
    metadata: { name: nodeName },
    status: { addresses: [{ type: "InternalIP", address: "192.168.50.2" }] },
  };
  state.replace("Node", [decodeObject("Node", node, pool)]);
  state.replace("ServiceCIDR", []);
  state.replace("Service", decode("Service", "service"));
  state.replace("EndpointSlice", decode("EndpointSlice", "slice"));
}

function removal(metadata: { readonly name: string; readonly namespace?: string }) {
  const { name, namespace = "" } = metadata;
  return { type: "delete", name, namespace } as const;
}

function committed(): Omit<ChangeFigures, "totalMs"> {
  const sum = (of: (commit: CommitReport) => number): number =>
    commits.reduce((total, commit) => total + of(commit), 0);
  return {
    commitMs: sum(({ durationMs }) => durationMs),
    transactions: commits.length,
    elements: sum(({ addedElements, removedElements }) => addedElements + removedElements),
  };
}

async function change(request: ChangeRequest): Promise<ChangeFigures> {
  if (running === undefined) throw new Error("change() before start()");
  const { state, sync } = running;
  const apply = changeOf(state, request);
  commits.length = 0;
  const startMs = performance.now();
  apply();
  await sync.settled();
  return { totalMs: performance.now() - startMs, ...committed() };
}

/** The objects are decoded before the clock starts. */
function changeOf(state: StateWriter, { kind, indexes, round }: ChangeRequest): () => void {
  switch (kind) {
    case "swap":
    case "count": {
      const variant =
        kind === "swap"
          ? { shift: 1 + (round % 2) }
          : { endpoints: endpointsPerService - (round % 2) };
      const events = indexes.map((index) => ({
        type: "upsert" as const,
        object: decodeObject("EndpointSlice", mixSlice(index, variant), pool),
      }));
      return () => state.apply("EndpointSlice", events);
    }
    case "add": {
      const added = indexes.map((index) => mixService(index));
      const slices = added.map(({ slice }) => decodeObject("EndpointSlice", slice, pool));
      const services = added.map(({ service }) => decodeObject("Service", service, pool));
      return () => {
        state.apply(
          "EndpointSlice",
          slices.map((object) => ({ type: "upsert", object })),
        );
        state.apply(
          "Service",
          services.map((object) => ({ type: "upsert", object })),
        );
      };
    }
    case "remove": {
      const names = indexes.map((index) => mixService(index));
      return () => {
        state.apply(
          "Service",
          names.map(({ service }) => removal(service.metadata)),
        );
        state.apply(
          "EndpointSlice",
          names.map(({ slice }) => removal(slice.metadata)),
        );
      };
    }
  }
}

const calls = { start, change };
export type TableCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
