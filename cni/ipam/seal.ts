import { statSync, utimesSync } from "node:fs";

/**
 * How a folder shows that nobody else has changed it: after each of our changes its modification time is set to one
 * that this boot's id gives, in the years from 1970 to 1987. Whoever makes or removes a file in it, the reference
 * plugin, an operator, or one of ours that was killed half-way, makes it now; a reboot makes it another boot's.
 * What was indexed can be trusted while the seal is whole, at the price of one stat.
 */
export function isSealed(folder: string, bootId: string): boolean {
  return statSync(folder).mtimeMs === sealSeconds(bootId) * 1000;
}

export function seal(folder: string, bootId: string): void {
  const seconds = sealSeconds(bootId);
  utimesSync(folder, seconds, seconds);
}

let last: { readonly bootId: string; readonly seconds: number } | undefined;

function sealSeconds(bootId: string): number {
  if (last?.bootId !== bootId) last = { bootId, seconds: secondsOf(bootId) };
  return last.seconds;
}

/** FNV-1a of the boot id, cut to 29 bits. */
function secondsOf(bootId: string): number {
  const hash = [...Buffer.from(bootId)].reduce(
    (sum, byte) => Math.imul(sum ^ byte, 0x01000193),
    0x811c9dc5,
  );
  return (hash >>> 3) + 1;
}
