import { test } from "vitest";
import { type Capability, describeWhere, lacking } from "#test/support/capabilities.ts";
import type { PluginUnderTest, Row } from "./contract.ts";
import { createNode } from "./node.ts";

/** A test for each row, on a node of its own; rows that the machine lacks something for are skipped with the reason. */
export function describeRows(
  name: string,
  plugins: (namespacePath: string) => Promise<PluginUnderTest>,
  rows: readonly Row[],
  differs: (row: Row) => string | undefined = () => undefined,
  needs: readonly Capability[] = [],
): void {
  describeWhere(["podNetworks", "nftables", ...needs], name, () => {
    for (const row of rows) {
      test(`${row.number} ${row.title}`, async ({ skip }) => {
        const reason = differs(row) ?? lacking(...(row.needs ?? []));
        if (reason !== undefined) skip(reason);
        const node = await createNode(plugins);
        try {
          await row.play(node);
        } finally {
          await node.close();
        }
      });
    }
  });
}
