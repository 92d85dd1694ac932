/** One test for each row, on a stage that is set once for the file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import type { Row } from "./contract.ts";
import { playRow } from "./play.ts";
import { type Stage, setStage } from "./stage.ts";

/** Rows of one file, in order. The proxy is started anew where the configuration differs from the row before. */
export function runRows(title: string, rows: readonly Row[]): void {
  describeWhere(["topology", "nftables"], title, () => {
    const folder = mkdtempSync(join(tmpdir(), "fairlead-proxy-"));
    let stage: Stage;
    /** Configuration and flags of the proxy that runs, as text. */
    let running: string | undefined;

    beforeAll(async () => {
      stage = await setStage(folder);
    });
    afterAll(async () => {
      await stage?.topology.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const row of rows) {
      const { timeoutMs } = row;
      const limit = timeoutMs === undefined ? {} : { timeout: timeoutMs };
      test(`${row.number} ${row.name}`, limit, async ({ skip }) => {
        const lack = lacking(...(row.needs ?? []));
        if (lack !== undefined) skip(lack);
        const { config = {}, flags = [] } = row;
        const wanted = JSON.stringify([config, flags]);
        const isAsWanted = running === wanted;
        // A row that fails may leave the proxy in any state.
        running = undefined;
        if (!isAsWanted || !stage.proxy.isRunning()) {
          await stage.proxy.stop();
          await stage.proxy.start(config, flags);
        }
        await playRow(row, stage);
        running = wanted;
      });
    }
  });
}
