/** SIGKILL in the middle of an update storm: after the next start the kernel is as the API says, and no more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "#test/fuzz/random.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Place } from "#test/topology/contract.ts";
import { kernelState } from "./kernel-state.ts";
import { sentinelAddress } from "./sentinel.ts";
import { type Stage, setStage } from "./stage.ts";
import { Storm } from "./storm.ts";
import { NODE } from "./world.ts";

const rounds = process.env.FAIRLEAD_SOAK === "1" ? 200 : 10;
const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);

describeWhere(["topology", "nftables"], `killed in a storm, seed ${seed}`, () => {
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), "fairlead-kill-"));
  let stage: Stage;
  let storm: Storm;
  let node: Place;

  beforeAll(async () => {
    stage = await setStage(folder);
    storm = new Storm(random, stage.objects);
    node = stage.topology.place(NODE);
    await stage.proxy.start();
  });
  afterAll(async () => {
    await stage?.topology.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Array.from({ length: rounds }, (_, round) => round + 1))("round %d", async (round) => {
    const stop = new AbortController();
    const blowing = storm.blow(stop.signal);
    await sleep(random.between(20, 600));
    await stage.proxy.kill();
    await sleep(random.between(0, 200));
    // Every other time the storm is still on while the proxy reads what is left in the kernel.
    const isCalm = round % 2 === 0;
    if (isCalm) stop.abort();
    const starting = stage.proxy.start();
    await sleep(random.between(0, 300));
    stop.abort();
    await blowing;
    await starting;
    await stage.proxy.waitUntilProgrammed();
    expect(await storm.complaints(stage)).toEqual([]);
  });

  test("what has been through all of it holds what a fresh start holds", async () => {
    const survived = await kernelState(node, sentinelAddress);
    await stage.proxy.stop();
    await stage.proxy.cleanUp();
    await stage.proxy.start();
    expect(survived).toBe(await kernelState(node, sentinelAddress));
    expect(survived).toContain("10.96.200.");
  });
});
