/** A status as a table for people and as JSON. Pure. */
import { type Colour, paint } from "../paint.ts";
import type { StatusItem } from "./contract.ts";

const colours: Readonly<Record<StatusItem["state"], Colour>> = {
  ok: "green",
  waiting: "yellow",
  failed: "red",
};
const STATE_COLUMNS = 7;

export function isWell(items: readonly StatusItem[]): boolean {
  return items.every(({ state }) => state === "ok");
}

/** A line for each item, and one below it for each part that is not well. */
export function statusText(items: readonly StatusItem[], isColoured: boolean): string {
  const width = Math.max(...items.map(({ name }) => name.length));
  const indent = " ".repeat(width + STATE_COLUMNS + 4);
  return items
    .flatMap(({ name, state, detail, notes }) => {
      const word = state.padEnd(STATE_COLUMNS);
      const mark = isColoured ? paint(colours[state], word) : word;
      return [`${name.padEnd(width)}  ${mark}  ${detail}`, ...notes.map((note) => indent + note)];
    })
    .map((line) => `${line}\n`)
    .join("");
}

export function statusJson(items: readonly StatusItem[]): string {
  return `${JSON.stringify({ isWell: isWell(items), items }, undefined, 2)}\n`;
}

/** What is not well yet, in a line. */
export function statusSummary(items: readonly StatusItem[]): string {
  const open = items.filter(({ state }) => state !== "ok");
  return open.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
}
