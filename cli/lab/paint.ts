import type { CommandIo } from "../contract.ts";

const codes = { green: 32, yellow: 33, red: 31, grey: 90, bold: 1 } as const;

/** Colour for a terminal, unless NO_COLOR is set (no-color.org); plain text in a pipe. */
export function paint(io: CommandIo, colour: keyof typeof codes, text: string): string {
  if (io.stdout.isTTY !== true || io.env.NO_COLOR) return text;
  return `\u001b[${codes[colour]}m${text}\u001b[0m`;
}
