import { onTestFinished } from "vitest";
import { ApiClient } from "#cluster/api/client.ts";
import { createHttpTransport } from "#cluster/api/http-transport.ts";
import { type Clock, systemClock } from "#cluster/clock.ts";
import type { ReflectorMetrics, RelistReason } from "#cluster/reflector/metrics.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import type { ReflectorTiming } from "#cluster/reflector/timing.ts";
import { createClusterState } from "#cluster/state/state.ts";
import type { Protocol } from "#cluster/testing/http-server.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { testCertificate } from "#cluster/testing/tls.ts";
import type { ApiServer, ApiServerOptions } from "#lab/apiserver/contract.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { freePorts } from "#test/support/ports.ts";
import { Front } from "./front.ts";
import { difference, namespace, service, serviceKind, slice, watchedKinds } from "./objects.ts";
import { TcpRelay } from "./tcp-relay.ts";

/** A thousandth of the real ones, or less; the relations are the same. */
const bookmarkIntervalMs = 60;
const hastyPing = { idleMs: 60, timeoutMs: 60 };
/** The longest wait after a failure. */
const LONGEST_SLEEP_MS = 20;
const CONVERGENCE_MS = 40_000;

export interface Rig {
  readonly front: Front;
  readonly relay: TcpRelay;
  readonly state: ReturnType<typeof createClusterState>;
  readonly logger: RecordingLogger;
  /** Waits that the reflectors asked for; they were cut short. */
  readonly sleepsMs: number[];
  readonly api: ApiServer;
  /** Writes, changes and deletes some objects; each call others. */
  change(): void;
  /** Changes a Service and nothing else. */
  modify(): void;
  /** Another server in the present one's place. */
  replaceServer(options: ApiServerOptions, fill: (api: ApiServer) => void): Promise<void>;
  /** Resolves when the state equals the server's; says how it differs when it does not come to that. */
  converged(): Promise<void>;
  total(field: "lists" | "watches" | "interruptions" | "failures" | "bookmarks"): number;
  relists(): Partial<Record<RelistReason, number>>;
}

export interface RigOptions {
  readonly protocol: Protocol;
  readonly server?: ApiServerOptions;
  readonly timing?: Partial<ReflectorTiming>;
  /** Default: silence for a tenth of a second is that of a dead peer. */
  readonly ping?: typeof hastyPing;
  readonly authorization?: (renew: boolean) => string;
  /** Called before anything is asked. */
  readonly prepare?: (front: Front) => void;
}

/** A server with some objects, a front with faults, a hop that breaks, and a state that has synced through both. */
export async function startRig(options: RigOptions): Promise<Rig> {
  let api = await startServer({ initialRevision: 1_000_000, ...options.server });
  let serial = 0;
  const front = new Front(api.url);
  options.prepare?.(front);
  const relay = new TcpRelay(await front.listen(options.protocol));
  await relay.listen();

  const sleepsMs: number[] = [];
  const clock: Clock = {
    nowMs: systemClock.nowMs,
    sleep: (durationMs, signal) => {
      sleepsMs.push(durationMs);
      return systemClock.sleep(Math.min(durationMs, LONGEST_SLEEP_MS), signal);
    },
  };
  const scheme = options.protocol === "http" ? "http" : "https";
  const { authorization } = options;
  const client = new ApiClient({
    transport: createHttpTransport({
      server: new URL(`${scheme}://127.0.0.1:${relay.port}`),
      tls: async () => ({ ca: testCertificate }),
      ping: options.ping ?? hastyPing,
    }),
    ...(authorization && { authorization: async (renew: boolean) => authorization(renew) }),
  });
  const state = createClusterState();
  const logger = new RecordingLogger();
  const source = createApiServerSource({
    client,
    selections: watchedKinds.map((kind) => ({ kind })),
    logger,
    clock,
    timing: { bookmarkIntervalMs, streamSilenceMs: 300, ...options.timing },
  });
  const stop = new AbortController();
  const running = source.run(state, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    client.close();
    await running;
    await relay.close();
    await front.close();
    await api.close();
  });

  const rig: Rig = {
    front,
    relay,
    state,
    logger,
    sleepsMs,
    get api() {
      return api;
    },
    change() {
      serial++;
      api.objects.create(service(`added-${serial}`));
      api.objects.create(slice(`added-${serial}`));
      rig.modify();
      if (serial > 1) {
        api.objects.delete({ ...serviceKind, namespace, name: `added-${serial - 1}` });
      }
    },
    modify() {
      const changed = api.objects.get({ ...serviceKind, namespace, name: "first-0" });
      if (changed === undefined) throw new Error("every server begins with it");
      const spec = { ...(changed.object.spec as object), ports: [{ port: 1000 + serial }] };
      api.objects.replace({ ...changed.object, spec });
    },
    async replaceServer(serverOptions, fill) {
      const next = await startServer(serverOptions);
      fill(next);
      await api.close();
      api = next;
      front.target = api.url;
      serial = 0;
      relay.cut();
    },
    async converged() {
      const until = performance.now() + CONVERGENCE_MS;
      while (difference(api, state) !== "" && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      const left = difference(api, state);
      if (left !== "") throw new Error(`not converged: ${left}\n${logger.lines.join("\n")}`);
    },
    total: (field) => source.metrics.reduce((sum, metrics) => sum + metrics[field], 0),
    relists: () => sumOfRelists(source.metrics),
  };
  await rig.converged();
  return rig;
}

async function startServer(options: ApiServerOptions): Promise<ApiServer> {
  const api = createApiServer({ bookmarkIntervalMs, ...options });
  const [port = 0] = await freePorts(1, 22_000);
  await api.listen({ host: "127.0.0.1", port });
  for (let index = 0; index < 5; index++) api.objects.create(service(`first-${index}`));
  return api;
}

function sumOfRelists(all: readonly ReflectorMetrics[]): Partial<Record<RelistReason, number>> {
  const sum: Partial<Record<RelistReason, number>> = {};
  for (const { relists } of all) {
    for (const [reason, count] of Object.entries(relists) as [RelistReason, number][]) {
      if (count > 0) sum[reason] = (sum[reason] ?? 0) + count;
    }
  }
  return sum;
}
