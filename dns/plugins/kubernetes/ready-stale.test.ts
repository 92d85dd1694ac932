import { describe, expect, it } from "vitest";
import { createClusterState } from "#cluster/state/state.ts";
import { setUp, testProcess } from "#test/support/plugin.ts";
import { plugin } from "./setup.ts";

function readiness(line: string, synced: boolean, silentMs: number): boolean | undefined {
  let nowMs = 0;
  const state = createClusterState({ nowMs: () => nowMs });
  state.expect("Service");
  if (synced) {
    state.replace("Service", []);
    state.vouch("Service");
  }
  const process = testProcess();
  const shared = { ...process.services.shared, clusterState: () => state };
  const instance = setUp(plugin, `kubernetes cluster.local {\n ${line}\n}`, {
    ...process,
    services: { ...process.services, shared },
  });
  nowMs = silentMs;
  return instance.ready?.();
}

describe("ready_stale", () => {
  it.each([
    ["", false, 0, false],
    ["", true, 86_400_000, true],
    ["ready_stale 3m", false, 0, false],
    ["ready_stale 3m", true, 180_000, true],
    ["ready_stale 3m", true, 180_001, false],
  ])("%j, synced %s, silent for %i ms: ready %s", (line, synced, silentMs, ready) => {
    expect(readiness(line, synced, silentMs)).toBe(ready);
  });
});
