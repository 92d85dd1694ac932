/** Sets the scene, tries each probe, and clears away. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { FairleadError } from "#observe/errors.ts";
import { apiReason } from "../cluster-access.ts";
import type {
  ConnectivityOptions,
  Origin,
  Probe,
  ProbeResult,
  Scene,
  Verdict,
} from "./contract.ts";
import { openSession, type ProberSession } from "./exec-session.ts";
import { clientPod, hostClientPod } from "./manifests.ts";
import { probes } from "./probes.ts";
import { openStage } from "./scene.ts";

/** Rules of new Services may be a moment behind. */
const attempts = 3;
const betweenAttemptsMs = 300;

export interface Listener {
  progress(text: string): void;
  result(result: ProbeResult): void;
}

const pods: Readonly<Record<Origin, string>> = { client: clientPod, "host-client": hostClientPod };

/**
 * Runs the probes one after another. What the test has made is deleted also when it fails or is interrupted.
 * @throws FairleadError FL-U001 for a probe that does not exist, FL-I001 when the test cannot be carried out
 */
export async function testConnectivity(
  config: KubeConfig,
  options: ConnectivityOptions,
  listener: Listener,
  stopping: AbortSignal,
): Promise<readonly ProbeResult[]> {
  const chosen = chosenProbes(options.only);
  try {
    return await tryAll(config, options, chosen, listener, stopping);
  } catch (error) {
    if (error instanceof FairleadError) throw error;
    const server = config.getCurrentCluster()?.server ?? "";
    throw new FairleadError("FL-I001", `${server}: ${apiReason(error)}`, { cause: error });
  }
}

async function tryAll(
  config: KubeConfig,
  options: ConnectivityOptions,
  chosen: readonly Probe[],
  listener: Listener,
  stopping: AbortSignal,
): Promise<readonly ProbeResult[]> {
  const sessions = new Map<Origin, ProberSession>();
  const stage = await openStage(config, options, stopping);
  try {
    const scene = await stage.set((text) => listener.progress(text));
    listener.progress(
      `from ${scene.client.name} on ${scene.client.node}${scene.other ? `, the other node is ${scene.other.node}` : ""}`,
    );
    const results: ProbeResult[] = [];
    for (const probe of chosen) {
      if (stopping.aborted) break;
      const session =
        sessions.get(probe.from) ??
        (await openSession(config, { namespace: scene.namespace, pod: pods[probe.from] }));
      sessions.set(probe.from, session);
      const { name, means } = probe;
      const verdict = await carryOut(probe, scene, session, options.attemptTimeoutMs);
      const result: ProbeResult = { name, means, verdict };
      results.push(result);
      listener.result(result);
    }
    return results;
  } finally {
    for (const session of sessions.values()) session.close();
    if (options.keep) listener.progress(`namespace ${options.namespace} is left, as asked`);
    else {
      listener.progress(`deleting namespace ${options.namespace}`);
      await stage.strike();
    }
  }
}

export function chosenProbes(only: readonly string[]): readonly Probe[] {
  const unknown = only.find((name) => !probes.some((probe) => probe.name === name));
  if (unknown !== undefined)
    throw new FairleadError(
      "FL-U001",
      `-test ${unknown} is no probe; there are ${probes.map(({ name }) => name).join(", ")}`,
    );
  return only.length === 0 ? probes : probes.filter(({ name }) => only.includes(name));
}

async function carryOut(
  probe: Probe,
  scene: Scene,
  session: ProberSession,
  timeoutMs: number,
): Promise<Verdict> {
  const planned = probe.plan(scene, timeoutMs);
  if ("skip" in planned) return { kind: "skipped", why: planned.skip };
  let failure: Verdict | undefined;
  for (let count = 1; count <= attempts; count++) {
    if (count > 1) await sleep(betweenAttemptsMs);
    const outcome = await session.attempt(planned);
    const { tookMs } = outcome;
    const why = outcome.kind === "failure" ? outcome.reason : probe.judge(outcome, scene);
    if (why === undefined) return { kind: "passed", attempts: count, tookMs };
    const target = planned.kind === "dns" ? planned.name : `${planned.host} port ${planned.port}`;
    failure = { kind: "failed", why: `${target}: ${why}`, tookMs };
  }
  if (failure === undefined) throw new Error("unreachable: there is at least one attempt");
  return failure;
}
