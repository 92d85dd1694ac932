import { stripVTControlCharacters } from "node:util";

/** Rows with columns as wide as what is in them; colours take no room. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => visible(row[column] ?? ""))),
  );
  return rows
    .map((row) => {
      const cells = row.map(
        (cell, column) => cell + " ".repeat((widths[column] ?? 0) - visible(cell)),
      );
      return `${cells.join("   ").trimEnd()}\n`;
    })
    .join("");
}

function visible(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
