import type { Server } from "node:http";

export interface Ending {
  readonly signals: readonly NodeJS.Signals[];
  /** What the original writes when it is told to end, and when it ends. */
  readonly told?: (signal: NodeJS.Signals) => void;
  readonly ended?: () => void;
  /** A Go program that does not handle the signal is ended by it: 128 and its number. */
  readonly exitCode?: number;
}

/** At the first of the signals no new connection is taken, requests under way are answered, and the process ends. */
export function endAtSignal(servers: () => readonly Server[], ending: Ending): void {
  let isEnding = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    ending.told?.(signal);
    await Promise.all(servers().map(drain));
    ending.ended?.();
    process.exit(ending.exitCode ?? 0);
  };
  for (const signal of ending.signals) process.on(signal, (name) => void end(name));
}

/** No new connections; idle ones are closed, the others when their request is answered. */
export function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
