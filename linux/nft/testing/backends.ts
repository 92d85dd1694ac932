import type { Nftables, TableId } from "../contract.ts";
import { FakeNftables } from "../fake/fake.ts";
import { openNftables } from "../kernel/nftables.ts";

/** A rule set to try things on: the kernel's in a namespace of its own, or the fake. */
export interface Backend {
  readonly name: "kernel" | "fake";
  readonly nftables: Nftables;
  /** As `nft list table` prints it; times that pass and counts of bytes are left out. */
  dump(table: TableId): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Where the kernel's back end is at home: a network namespace that commands can be run in. */
export interface Home {
  readonly pid: number;
  run(command: string, args: readonly string[], input?: string): Promise<string>;
  close(): Promise<void>;
}

export function fakeBackend(): Backend {
  const nftables = new FakeNftables();
  return {
    name: "fake",
    nftables,
    dump: async (table) => comparable(nftables.dump(table)),
    close: () => nftables.close(),
  };
}

export function kernelBackend(home: Home): Backend {
  const nftables = openNftables({ namespacePath: `/proc/${home.pid}/ns/net` });
  return {
    name: "kernel",
    nftables,
    async dump({ family, name }) {
      if (!(await nftables.tables(family)).includes(name)) return undefined;
      return comparable(await home.run("nft", ["list", "table", family, name]));
    },
    async close() {
      await nftables.close();
      await home.close();
    },
  };
}

/**
 * Without what passes (times, counts of bytes), and with ranges of several parts sorted: nft lists those in an order
 * that depends on where they lie in its memory.
 */
function comparable(dump: string | undefined): string | undefined {
  return dump
    ?.replaceAll(/ expires \S+/g, "")
    .replaceAll(/packets \d+ bytes \d+/g, "packets N")
    .replaceAll(
      /(type [^\n]* \. [^\n]*\n(?:[^}]*\n)?\t\tflags interval\n(?:[^}]*\n)?\t\telements = \{ )([^}]*)( \})/g,
      (_, head: string, elements: string, end: string) =>
        head + elements.split(/,\s+/).sort().join(",\n\t\t\t     ") + end,
    );
}
