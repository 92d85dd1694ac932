import type { PrinterColumn } from "../contract.ts";
import { age } from "./age.ts";
import { ageColumn, nameColumn } from "./cells.ts";
import type { Cell, Column, Printer } from "./contract.ts";
import { jsonPath } from "./json-path.ts";

export const defaultPrinter: Printer = { columns: [nameColumn, ageColumn] };

/** CustomResourceDefinitions themselves. */
export const definitionPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Created At", cell: ({ metadata }) => metadata.creationTimestamp ?? "" },
  ],
};

/** The columns of a custom resource: its name, then what its definition says, or its age when that says nothing. */
export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  if (columns.length === 0) return defaultPrinter;
  return { columns: [nameColumn, ...columns.map(customColumn)] };
}

function customColumn({
  name,
  type,
  priority = 0,
  description,
  jsonPath: path,
}: PrinterColumn): Column {
  const isDate = type === "date";
  return {
    name,
    type: isDate || type === "string" ? "string" : type,
    priority,
    ...(description === undefined ? {} : { about: description }),
    cell: (object, nowMs) => {
      const found = jsonPath(object, path);
      return isDate ? age(typeof found === "string" ? found : undefined, nowMs) : cellOf(found);
    },
  };
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === "object") return JSON.stringify(value);
  return value as Exclude<Cell, null>;
}
