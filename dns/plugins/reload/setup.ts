import type { Plugin } from "../../contract.ts";
import { badValue, readDurationMs, readOptions, takeArguments } from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { formatGoDuration } from "../../corefile/go-duration.ts";
import { type Rhythm, waitMs } from "./rhythm.ts";

const MIN_INTERVAL_MS = 2000;
const MIN_JITTER_MS = 1000;
const DEFAULTS: Rhythm = { intervalMs: 30_000, jitterMs: 15_000 };

export const plugin: Plugin = {
  name: "reload",
  repeated: "last-wins",
  setup(directives, { shared }) {
    const rhythms = directives.map(readRhythm);
    let timer: NodeJS.Timeout | undefined;
    return {
      name: "reload",
      fastPath: { kind: "transparent" },
      async start() {
        const rhythm = rhythms.at(-1) ?? DEFAULTS;
        timer = setInterval(() => void shared.refresh(), waitMs(rhythm, Math.random)).unref();
      },
      async stop() {
        clearInterval(timer);
      },
    };
  },
};

function readRhythm(directive: Directive): Rhythm {
  const [interval, jitter] = takeArguments(directive, "reload [INTERVAL] [JITTER]", { max: 2 });
  readOptions(directive, {});
  let { intervalMs, jitterMs } = DEFAULTS;
  if (interval !== undefined) {
    intervalMs = readDurationMs(interval, "reload interval");
    if (intervalMs < MIN_INTERVAL_MS)
      throw badValue(
        interval,
        "reload interval",
        `is less than ${formatGoDuration(MIN_INTERVAL_MS)}`,
      );
  }
  if (jitter !== undefined) {
    jitterMs = readDurationMs(jitter, "reload jitter");
    if (jitterMs !== 0 && jitterMs < MIN_JITTER_MS)
      throw badValue(
        jitter,
        "reload jitter",
        `is less than ${formatGoDuration(MIN_JITTER_MS)}; 0s turns it off`,
      );
  }
  return { intervalMs, jitterMs };
}
