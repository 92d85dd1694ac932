/** Tables as kubectl shows them: what the columns of a kind are and what stands in their cells. */
import type { KubeObject, ResourceRow } from "../contract.ts";

export type Cell = string | number | boolean | null;

export interface Column {
  /** As kubectl shows it, in upper case. */
  readonly name: string;
  /** Default "string". */
  readonly type?: "string" | "integer" | "number" | "boolean" | "date";
  /** Columns above 0 are for wide output. Default 0. */
  readonly priority?: number;
  readonly about?: string;
  readonly cell: (object: KubeObject, nowMs: number) => Cell;
}

export interface Printer {
  readonly columns: readonly Column[];
}

export type Printers = (row: ResourceRow) => Printer;
