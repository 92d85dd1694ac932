/** What a run of dnsperf reports. */
export interface DnsperfFigures {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  readonly queriesPerSecond: number;
  readonly averageLatencyMs: number;
  /** Rcode name -> answers. */
  readonly rcodes: Readonly<Record<string, number>>;
}

function figure(text: string, label: string): number {
  const found = new RegExp(`^\\s*${label}:\\s+([0-9.]+)`, "m").exec(text);
  return found?.[1] === undefined ? Number.NaN : Number(found[1]);
}

/** Reads dnsperf's closing statistics; undefined when the text has none. */
export function parseDnsperf(text: string): DnsperfFigures | undefined {
  const sent = figure(text, "Queries sent");
  const completed = figure(text, "Queries completed");
  if (Number.isNaN(sent) || Number.isNaN(completed)) return undefined;
  const rcodes: Record<string, number> = {};
  const codes = /^\s*Response codes:(.*)$/m.exec(text)?.[1] ?? "";
  for (const [, name, count] of codes.matchAll(/([A-Z]+\d*) (\d+) \(/g)) {
    if (name !== undefined) rcodes[name] = Number(count);
  }
  return {
    sent,
    completed,
    lost: figure(text, "Queries lost"),
    queriesPerSecond: figure(text, "Queries per second"),
    averageLatencyMs: figure(text, "Average Latency \\(s\\)") * 1000,
    rcodes,
  };
}
