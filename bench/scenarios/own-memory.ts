import { type Sample, sumOf } from "../measure/exposition.ts";
import type { Figure } from "./rounds.ts";

export const tableOverhead = "table overhead per name";

const mebibyte = 2 ** 20;

function tableBytes(samples: readonly Sample[], part: string): number | undefined {
  const own = samples.filter(({ labels }) => labels === `part="${part}"`);
  return sumOf(own, "fairlead_answers_bytes");
}

/** Slots, names and directories: all but the records themselves. */
function overheadBytes(samples: readonly Sample[]): number {
  const [slot, entry, record] = ["slot", "entry", "record"].map((part) =>
    tableBytes(samples, part),
  );
  return (slot ?? Number.NaN) + (entry ?? Number.NaN) - (record ?? Number.NaN);
}

/** What a server itself says of its memory; what it does not export is left out. */
export function ownFigures(samples: readonly Sample[]): readonly Figure[] {
  const bytes = (name: string): number => sumOf(samples, name) ?? Number.NaN;
  const names = bytes("fairlead_answers_names");
  const megabytes = [
    ["heap of the main thread", bytes("nodejs_heap_size_used_bytes")],
    ["memory outside the heap, main thread", bytes("nodejs_external_memory_bytes")],
    ["answer table, resident", tableBytes(samples, "resident") ?? Number.NaN],
    ["answer table, entries", tableBytes(samples, "entry") ?? Number.NaN],
    ["answer table, slots", tableBytes(samples, "slot") ?? Number.NaN],
  ] as const;
  const figures: readonly Figure[] = [
    ...megabytes.map(([metric, value]) => ({ metric, unit: "MB", value: value / mebibyte })),
    { metric: "names in the answer table", unit: "", value: names },
    { metric: tableOverhead, unit: "bytes", value: overheadBytes(samples) / names },
  ];
  return figures.filter(({ value }) => Number.isFinite(value));
}
