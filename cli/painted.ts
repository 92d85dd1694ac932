import type { CommandIo } from "./contract.ts";

/** Colour is for terminals, and for those who have not asked to be spared it (no-color.org). */
export function isPainted({ stdout, env }: CommandIo): boolean {
  return stdout.isTTY === true && !env.NO_COLOR;
}
