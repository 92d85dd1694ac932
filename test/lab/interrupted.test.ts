/** A lab that is killed at any instant of its coming and going: the next `down` takes all of it away. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { labNeeds, processesWith, TestLab } from "./lab.ts";

const rounds = process.env.FAIRLEAD_SOAK === "1" ? 200 : 10;
const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);
/** Longer than a whole `up` takes. */
const longestMs = 6_000;

/** mulberry32 */
function randomOf(state: number): () => number {
  let value = state;
  return () => {
    value = (value + 0x6d2b79f5) | 0;
    let mixed = Math.imul(value ^ (value >>> 15), 1 | value);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describeWhere(labNeeds, `a lab interrupted, seed ${seed}`, () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await TestLab.create();
  });
  afterEach(() => lab.close(), 120_000);

  const random = randomOf(seed);
  test.each(
    Array.from({ length: rounds }, (_, round) => ({
      round,
      // Early instants are the more interesting ones.
      upMs: Math.round(random() ** 2 * longestMs),
      victim: (["command", "supervisor", "both"] as const)[Math.floor(random() * 3)],
      which: random(),
      downMs: Math.round(random() * 400),
    })),
  )(
    "round $round: $victim killed after $upMs ms, down after $downMs ms",
    async (row) => {
      const up = lab.start("up");
      await sleep(row.upMs);
      if (row.victim !== "supervisor") up.kill("SIGKILL");
      if (row.victim !== "command") killSupervisor(lab.folder, row.which);
      if (row.victim !== "supervisor") await up.ended;
      const down = lab.start("down");
      await sleep(row.downMs);
      down.kill("SIGKILL");
      await Promise.all([down.ended, up.stop()]);
      // Words for its user, whatever was killed below it.
      expect(up.output()).not.toMatch(/^ {4}at /m);
      const { status, output } = await lab.lab("down");
      expect(output).toMatch(/is gone after|nothing to do/);
      expect(status).toBe(0);
      // What was killed here, and not by `down`, may still be ending.
      await expect.poll(() => lab.remains(), { timeout: 20_000, interval: 100 }).toEqual([]);
    },
    180_000,
  );

  test("Ctrl-C says what to do, and down does it", async () => {
    const up = lab.start("up");
    await vi.waitFor(() => expect(up.output()).toContain("underlay"), {
      timeout: 30_000,
      interval: 20,
    });
    up.kill("SIGINT");
    await up.ended;
    expect(up.output()).toContain("fairlead lab down");
    await lab.must("down");
    expect(await lab.remains()).toEqual([]);
  }, 180_000);
});

/** The supervisor itself, or the process that waits for it. */
function killSupervisor(folder: string, which: number): void {
  const both = processesWith(folder).filter((line) => line.includes("lab/machine/main.ts"));
  const found = both[Math.floor(which * both.length)];
  if (found === undefined) return;
  try {
    process.kill(Number(found.split(" ")[0]), "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
