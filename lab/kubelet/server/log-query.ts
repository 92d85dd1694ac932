/** What of a log is asked for. */
export interface LogQuery {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly sinceMs: number | undefined;
  readonly limitBytes: number | undefined;
}

export function logQuery(query: URLSearchParams, nowMs: number): LogQuery {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    return text === null || text === "" ? undefined : Number(text);
  };
  const flag = (name: string): boolean => ["true", "1"].includes(query.get(name) ?? "");
  const [seconds, time] = [number("sinceSeconds"), query.get("sinceTime")];
  return {
    follow: flag("follow"),
    previous: flag("previous"),
    timestamps: flag("timestamps"),
    tailLines: number("tailLines"),
    sinceMs: time ? Date.parse(time) : seconds === undefined ? undefined : nowMs - seconds * 1000,
    limitBytes: number("limitBytes"),
  };
}

/** The text of complete entries in the format of CRI, as a client sees it. */
export function shown(entries: string, query: LogQuery): string {
  let text = "";
  let isLineStart = true;
  for (const entry of entries.split("\n")) {
    const [, time, tag, words] = /^(\S+) (?:stdout|stderr) ([FP]) (.*)$/s.exec(entry) ?? [];
    if (time === undefined || words === undefined) continue;
    if (query.sinceMs !== undefined && Date.parse(time) < query.sinceMs) continue;
    text += `${query.timestamps && isLineStart ? `${time} ` : ""}${words}${tag === "F" ? "\n" : ""}`;
    isLineStart = tag === "F";
  }
  return text;
}

/** The last entries that make up so many lines. */
export function lastLines(entries: string, lines: number | undefined): string {
  if (lines === undefined) return entries;
  const all = entries.split("\n").slice(0, -1);
  let [at, found] = [all.length, 0];
  while (at > 0) {
    const isEnd = / F /.test(all[at - 1]?.slice(0, 64) ?? "");
    if (isEnd && found === lines) break;
    if (isEnd) found += 1;
    at -= 1;
  }
  return all
    .slice(at)
    .map((line) => `${line}\n`)
    .join("");
}
