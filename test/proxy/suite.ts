/** One test for each row, on a stage that is set once for the file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import type { ProxyConfig, Row } from "./contract.ts";
import { playRow } from "./play.ts";
import { type Stage, setStage } from "./stage.ts";

/** Rows of one file, in order. The proxy is started anew where the configuration differs from the row before. */
export function runRows(title: string, rows: readonly Row[]): void {
  describeWhere(["topology", "nftables"], title, () => {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-proxy-"));
    let stage: Stage;
    let running: ProxyConfig | undefined;

    beforeAll(async () => {
      stage = await setStage(folder);
    });
    afterAll(async () => {
      await stage?.topology.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const row of rows) {
      test(`${row.number} ${row.name}`, async ({ skip }) => {
        const lack = lacking(...(row.needs ?? []));
        if (lack !== undefined) skip(lack);
        const { config = {} } = row;
        const isAsWanted = JSON.stringify(running) === JSON.stringify(config);
        // A row that fails may leave the proxy in any state.
        running = undefined;
        if (!isAsWanted || !stage.proxy.isRunning()) {
          await stage.proxy.stop();
          await stage.proxy.start(config);
        }
        await playRow(row, stage);
        running = config;
      });
    }
  });
}
