import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A daemon that the demo started and will end. */
export interface Daemon {
  readonly process: ChildProcess;
  /** What it has written so far, for the moment it fails. */
  output(): string;
}

export function startDaemon(command: string, args: readonly string[]): Daemon {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-8192);
    });
  return { process: child, output: () => text };
}

/** Ends a daemon by SIGTERM, and after `graceMs` by SIGKILL. */
export async function stopDaemon(daemon: Daemon, graceMs = 5_000): Promise<void> {
  const child = daemon.process;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}

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

/** As many loopback ports as asked that nobody holds at the moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
