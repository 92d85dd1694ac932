/** Decimal without leading zeros: the form in which versions can be compared. */
const ordered = /^[1-9]\d*$/;

/**
 * Below, at or above 0 as `a` is older than, the same as or newer than `b`; undefined where one of them is not of the
 * form that the API lets clients compare (KEP-5504). Versions outgrow a double, hence the comparison as text.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (!ordered.test(a) || !ordered.test(b)) return undefined;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

export function isOlder(a: string, b: string): boolean {
  return (compareVersions(a, b) ?? 0) < 0;
}
