/** One test for each row, on a world that is built once for the file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import type { Topology } from "#test/topology/contract.ts";
import { type Api, startApi } from "./api.ts";
import { clusterObjects } from "./cluster.ts";
import type { Datapath, ProxyConfig, Row } from "./contract.ts";
import { fairleadProxy } from "./fairlead.ts";
import { playRow } from "./play.ts";
import { Sentinel } from "./sentinel.ts";
import { buildWorld } from "./world.ts";

/** Rows of one file, in order. The proxy is started anew where the configuration differs from the row before. */
export function runRows(title: string, rows: readonly Row[]): void {
  describeWhere(["topology", "nftables", "serviceProxy"], title, () => {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-proxy-"));
    let topology: Topology;
    let api: Api;
    let proxy: Datapath;
    let running: ProxyConfig | undefined;

    beforeAll(async () => {
      topology = await buildWorld();
      api = await startApi(topology, join(folder, "kubeconfig"));
      await api.apply(...clusterObjects);
      const sentinel = new Sentinel(topology, api);
      proxy = fairleadProxy({ topology, sentinel, kubeconfig: api.kubeconfig, folder });
    });
    afterAll(async () => {
      await topology?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const row of rows) {
      test(`${row.number} ${row.name}`, async ({ skip }) => {
        const lack = lacking(...(row.needs ?? []));
        if (lack !== undefined) skip(lack);
        const config = row.config ?? {};
        if (!proxy.isRunning() || JSON.stringify(running) !== JSON.stringify(config)) {
          running = undefined;
          await proxy.stop();
          await proxy.start(config);
          running = config;
        }
        // A row that fails may leave the proxy in any state.
        running = undefined;
        const agent = async (place: string) => topology.place(place).agent();
        await playRow(row, { topology, objects: api, api: api.process, proxy, agent });
        running = config;
      });
    }
  });
}
