/** Lower case with trailing dot; "" becomes the root. */
export function normalizeZone(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower : `${lower}.`;
}

/** What is wrong with a domain name in presentation form, or undefined (RFC 1035 §2.3.4). */
export function zoneNameFault(name: string): string | undefined {
  const absolute = normalizeZone(name);
  if (absolute === ".") return undefined;
  const labels = absolute.slice(0, -1).split(".");
  if (labels.includes("")) return "has an empty label";
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) return `has a label of ${long.length} bytes; at most 63 are allowed`;
  if (absolute.length + 1 > 255)
    return `is ${absolute.length + 1} bytes long; at most 255 are allowed`;
  return undefined;
}
