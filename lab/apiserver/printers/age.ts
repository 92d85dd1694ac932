const second = 1;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Up to which age a form is used, its large unit, and its small one where that still matters. */
const forms: readonly (readonly [
  number,
  readonly [number, string],
  (readonly [number, string])?,
])[] = [
  [2 * minute, [second, "s"]],
  [10 * minute, [minute, "m"], [second, "s"]],
  [3 * hour, [minute, "m"]],
  [8 * hour, [hour, "h"], [minute, "m"]],
  [2 * day, [hour, "h"]],
  [8 * day, [day, "d"], [hour, "h"]],
  [2 * year, [day, "d"]],
  [8 * year, [year, "y"], [day, "d"]],
  [Number.POSITIVE_INFINITY, [year, "y"]],
];

/** How long ago a time was, with the two or three digits that people look at: "5m30s", "3d4h". */
export function age(time: string | undefined | null, nowMs: number): string {
  if (!time) return "<unknown>";
  const seconds = Math.floor((nowMs - Date.parse(time)) / 1000);
  if (seconds < -1) return "<invalid>";
  for (const [below, [large, largeName], small] of forms) {
    if (seconds >= below) continue;
    const many = Math.max(0, Math.floor(seconds / large));
    const rest = small === undefined ? 0 : Math.floor((seconds % large) / small[0]);
    return `${many}${largeName}${rest === 0 ? "" : `${rest}${small?.[1]}`}`;
  }
  return "<unknown>";
}
