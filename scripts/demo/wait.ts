import { setTimeout as sleep } from "node:timers/promises";
import type { Daemon } from "#test/support/processes.ts";

/** Polls until the URL answers 200; throws with the daemon's output when it ends or `timeoutMs` pass. */
export async function waitForOk(url: string, daemon: Daemon, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (daemon.process.exitCode !== null) break;
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await sleep(50);
  }
  throw new Error(`${url} did not answer 200. The process behind it wrote:\n${daemon.output()}`);
}
