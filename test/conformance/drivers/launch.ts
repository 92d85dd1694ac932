import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findCoreDns } from "#test/support/capabilities.ts";
import { freePorts } from "#test/support/ports.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { startUpstream } from "#test/upstream/server.ts";
import { exchangeUdp } from "../client.ts";
import type { ServerUnderTest } from "../contract.ts";
import { type ConfigName, configNames, corefile } from "../corefile.ts";
import { questionBytes } from "../question.ts";
import { startClusterApi, withhold } from "./cluster-api.ts";
import { outsideWorld } from "./upstream.ts";

/** How to start one implementation; both take CoreDNS's flags. */
export interface Implementation {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function fairlead(transport: "batched" | "dgram"): Implementation {
  return {
    command: join(import.meta.dirname, "../../../bin/fairlead"),
    args: ["dns"],
    env: { FAIRLEAD_DNS_TRANSPORT: transport },
  };
}

export function coreDns(): Implementation {
  return { command: findCoreDns() ?? "coredns", args: [] };
}

export interface LaunchOptions {
  /** Server blocks to start. Default: all. */
  readonly configs?: readonly ConfigName[];
  /** A resource (its plural) whose lists never come. */
  readonly withheld?: string;
}

/**
 * An API server with the fixture, an upstream, and the implementation in front of both, with one server block a config.
 * Resolves when it answers; throws with its output when it does not within 30 s.
 */
export async function launch(
  implementation: Implementation,
  options: LaunchOptions = {},
): Promise<ServerUnderTest> {
  const configs = options.configs ?? configNames;
  const cluster = await startClusterApi();
  const source =
    options.withheld === undefined ? cluster : await withhold(cluster, options.withheld);
  const upstream = await startUpstream(outsideWorld);
  const ports = await freePorts(configs.length);
  const portOf = (config: ConfigName): number => ports[configs.indexOf(config)] ?? 0;
  const folder = mkdtempSync(join(tmpdir(), "fairlead-conformance-"));
  const file = join(folder, "Corefile");
  writeFileSync(
    file,
    corefile({ endpoint: source.url, upstream: upstream.label }, configs, portOf),
  );
  const { command, args, env } = implementation;
  const daemon = startDaemon(command, [...args, "-conf", file], env);
  const stop = async (): Promise<void> => {
    await daemon.stop();
    await Promise.all([source.close(), upstream.close()]);
    rmSync(folder, { recursive: true });
  };
  try {
    await waitUntilAnswering(daemon, configs.map(portOf));
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: "127.0.0.1", port: portOf, stop };
}

/** Every block answers something: before the first lists that may be SERVFAIL, so callers ask for what they need. */
async function waitUntilAnswering(daemon: Daemon, ports: readonly number[]): Promise<void> {
  const deadline = performance.now() + 30_000;
  const probe = questionBytes("svc1.$ A");
  for (const port of ports) {
    while ((await exchangeUdp({ host: "127.0.0.1", port }, probe, 200)) === undefined) {
      if (daemon.process.exitCode !== null || performance.now() > deadline)
        throw new Error(`no answer on port ${port}; the server wrote:\n${daemon.output()}`);
      await sleep(50);
    }
  }
}
