import type { CommandIo } from "../contract.ts";
import { isPainted } from "../painted.ts";

const codes = { green: 32, red: 31, grey: 90 } as const;

export function paint(io: CommandIo, colour: keyof typeof codes, text: string): string {
  return isPainted(io) ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}
