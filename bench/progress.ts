import type { Progress } from "./contract.ts";

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const columns = 80;
const plainIntervalMs = 5_000;

/**
 * Progress for people: on a terminal one line that is written over, elsewhere whole lines, of passing states one
 * every few seconds at most.
 */
export function createProgress(output: ProgressOutput, now: () => number): Progress {
  return output.isTTY === true ? terminalProgress(output) : plainProgress(output, now);
}

function terminalProgress(output: ProgressOutput): Progress {
  const clearLine = "\r\u001b[K";
  return {
    update: (text) => output.write(clearLine + text.slice(0, columns - 1)),
    done: (text) => output.write(`${clearLine}${text}\n`),
  };
}

function plainProgress(output: ProgressOutput, now: () => number): Progress {
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    update: (text) => {
      if (now() < nextMs) return;
      nextMs = now() + plainIntervalMs;
      output.write(`${text}\n`);
    },
    done: (text) => output.write(`${text}\n`),
  };
}
