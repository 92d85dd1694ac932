import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "./api-server.ts";
import type { Arena, ClusterModel, Contestant, Progress, RunningServer } from "./contract.ts";

/** Servers run alone on the first CPU; the load, the API server and the benchmark share the second. */
export const serverCpu = 0;
export const loadCpu = 1;

const firstPort = 24_000;
const portsPerServer = 10;

/**
 * An arena, and the way to end all that was started in it. `only` names the contestants to use; empty means all.
 */
export function openArena(
  progress: Progress,
  only: readonly string[],
): { arena: Arena; close: () => Promise<void> } {
  const cleanups: (() => Promise<void>)[] = [];
  const apiServers = new Map<ClusterModel, Promise<string>>();
  let ports = firstPort;

  const nextPort = (): number => {
    const port = ports;
    ports += portsPerServer;
    return port;
  };
  const defer = (cleanup: () => Promise<void>): void => {
    cleanups.unshift(cleanup);
  };
  const directory = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), "fairlead-bench-"));
    defer(() => rm(path, { recursive: true, force: true }));
    return path;
  };
  const startApi = async (model: ClusterModel): Promise<string> => {
    progress.update(`API server with ${model.services.length} services`);
    const { client, child } = await startApiServer(model, { port: nextPort(), cpu: loadCpu });
    defer(async () => {
      client.close();
      await child.stop();
    });
    return client.base;
  };
  const apiServer = (model: ClusterModel): Promise<string> => {
    const running = apiServers.get(model) ?? startApi(model);
    apiServers.set(model, running);
    return running;
  };
  const choose = async (contestants: readonly Contestant[]) => {
    const installed: Contestant[] = [];
    const missing: string[] = [];
    for (const contestant of contestants) {
      if (only.length > 0 && !only.includes(contestant.name)) continue;
      if ((await contestant.version()) === undefined) missing.push(contestant.name);
      else installed.push(contestant);
    }
    return { installed, missing };
  };
  const serve = async (model: ClusterModel, contestants: readonly Contestant[]) => {
    const { installed, missing } = await choose(contestants);
    const servers: RunningServer[] = [];
    for (const contestant of installed) {
      const api = contestant.readsApi ? await apiServer(model) : "";
      progress.update(`starting ${contestant.name}`);
      const server = await contestant.start({
        model,
        apiServer: api,
        directory: await directory(),
        port: nextPort(),
        cpu: serverCpu,
      });
      defer(() => server.stop());
      servers.push(server);
    }
    return { servers, missing };
  };
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };
  return { arena: { choose, serve, apiServer, nextPort, directory, defer }, close };
}
