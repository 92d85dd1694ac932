import { styleText } from "node:util";
import type { CommandIo } from "../contract.ts";
import { isPainted } from "../painted.ts";

export function paint(io: CommandIo, colour: "green" | "red" | "gray", text: string): string {
  return isPainted(io) ? styleText(colour, text, { validateStream: false }) : text;
}
