/** Durations as Go writes them: "1h2m3.5s", "250ms", "0". */

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, or undefined for what is no duration. */
export function parseDurationMs(text: string): number | undefined {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined;
  let totalMs = 0;
  for (const [, digits, unit = ""] of rest.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    totalMs += Number(digits) * (unitMs[unit] ?? 0);
  }
  return sign === "-" ? -totalMs : totalMs;
}

/** As Go prints it: 30s, 15m0s, 1h0m0s, 250ms. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  if (Math.abs(durationMs) < 1000) return `${durationMs}ms`;
  const sign = durationMs < 0 ? "-" : "";
  const total = Math.abs(durationMs) / 1000;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = Math.round((total % 60) * 1000) / 1000;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}
