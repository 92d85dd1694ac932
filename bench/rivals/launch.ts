import { type PinnedOptions, startPinned } from "../child.ts";
import type { RunningServer, ServeOptions } from "../contract.ts";
import { serviceName } from "../data/cluster.ts";
import { waitForAnswer } from "./wait.ts";

const startTimeoutMs = 60_000;

export interface Launch extends Omit<PinnedOptions, "cpu"> {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** Starts a configured server and waits until it answers the model's last service. */
export async function launch(launch: Launch, options: ServeOptions): Promise<RunningServer> {
  const startMs = performance.now();
  const child = await startPinned(launch.program, launch.args, { ...launch, cpu: options.cpu });
  const last = options.model.services.at(-1);
  const query = {
    name: last === undefined ? options.model.zone : serviceName(options.model, last),
    type: "A",
    edns: false,
  } as const;
  try {
    await waitForAnswer({ name: launch.name, port: options.port, child }, query, startTimeoutMs);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    name: launch.name,
    pid: child.pid,
    port: options.port,
    startedInMs: performance.now() - startMs,
    output: child.output,
    stop: child.stop,
  };
}
